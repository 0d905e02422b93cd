package dev.trivet.sandbox.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Runs one short program of the host with a clean environment and a time-out, and keeps what it said. */
final class Subprocess {
    private static final int MOST_OUTPUT = 1 << 20;

    private Subprocess() {}

    /**
     * @param code exit code, or -1 when it had to be killed
     * @param output standard output and error together, at most 1 MiB
     */
    record Result(int code, String output) {
        boolean ok() {
            return code == 0;
        }

        /** What it said in one line, for messages. */
        String brief() {
            var text = output.strip().replace('\n', ' ');
            return (code == -1 ? "no end within the time-out" : "exit code " + code)
                    + (text.isEmpty() ? "" : ": " + (text.length() > 400 ? text.substring(0, 400) + "…" : text));
        }
    }

    static Result run(List<String> arguments, Duration timeout) {
        Process process;
        try {
            process = clean(arguments).redirectErrorStream(true).start();
            process.getOutputStream().close();
        } catch (IOException e) {
            return new Result(127, String.valueOf(e.getMessage()));
        }
        // A pipe read on a virtual thread would hold its carrier: a platform thread reads.
        var output = new CompletableFuture<String>();
        Thread.ofPlatform().daemon().name("subprocess-output").start(() -> {
            try (var stream = process.getInputStream()) {
                output.complete(new String(stream.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8));
            } catch (IOException e) {
                output.complete("");
            }
        });
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                killTree(process);
                return new Result(
                        -1, output.completeOnTimeout("", 1, TimeUnit.SECONDS).get());
            }
            return new Result(
                    process.exitValue(),
                    output.completeOnTimeout("", 1, TimeUnit.SECONDS).get());
        } catch (InterruptedException e) {
            killTree(process);
            Thread.currentThread().interrupt();
            return new Result(-1, "interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException("never completed exceptionally", e);
        }
    }

    /** A builder whose child inherits nothing of this process's environment. */
    static ProcessBuilder clean(List<String> arguments) {
        var builder = new ProcessBuilder(arguments);
        builder.environment().clear();
        builder.environment().put("PATH", Programs.PATH);
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    static void killTree(Process process) {
        var descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }
}
