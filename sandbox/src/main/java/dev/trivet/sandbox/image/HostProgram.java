package dev.trivet.sandbox.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One program of the host while it runs: started with a clean environment, its messages handed over line by line, killed with all
 * its descendants when it takes too long or when it is closed before its end. Used by one thread.
 */
final class HostProgram implements AutoCloseable {
    /** An image that takes longer than this hangs, for example on a mirror that answers no more. */
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private static final int LINE_LIMIT = 2000;

    private final String name;
    private final Process process;
    private final Thread messages;
    private final CompletableFuture<Void> deadline;

    private HostProgram(String name, Process process, InputStream messageStream, Consumer<String> lines) {
        this.name = name;
        this.process = process;
        this.messages =
                Thread.ofPlatform().daemon().name("messages of " + name).start(() -> read(messageStream, lines));
        this.deadline = CompletableFuture.runAsync(
                this::kill, CompletableFuture.delayedExecutor(LIMIT.toSeconds(), TimeUnit.SECONDS));
    }

    /** Starts a program whose standard output is data; its error output goes to {@code lines}. */
    static HostProgram producing(List<String> argv, Map<String, String> environment, Consumer<String> lines)
            throws IOException {
        Process process = builder(argv, environment).start();
        return new HostProgram(argv.getFirst(), process, process.getErrorStream(), lines);
    }

    /** Starts a program of which everything it prints goes to {@code lines}. */
    static HostProgram talking(List<String> argv, Map<String, String> environment, Consumer<String> lines)
            throws IOException {
        Process process = builder(argv, environment).redirectErrorStream(true).start();
        return new HostProgram(argv.getFirst(), process, process.getInputStream(), lines);
    }

    /** Runs a program to its end with nothing to read; returns its exit code. */
    static int run(List<String> argv, Map<String, String> environment, Consumer<String> lines) throws IOException {
        try (HostProgram program = talking(argv, environment, lines)) {
            program.stdin().close();
            return program.finish();
        }
    }

    private static ProcessBuilder builder(List<String> argv, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    OutputStream stdin() {
        return process.getOutputStream();
    }

    InputStream stdout() {
        return process.getInputStream();
    }

    /** Waits for the end; 137 when it was killed for its time. */
    int finish() throws IOException {
        try {
            int code = process.waitFor();
            messages.join(TimeUnit.SECONDS.toMillis(5));
            return code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(name + " was interrupted");
        } finally {
            deadline.cancel(false);
        }
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        deadline.cancel(false);
        if (process.isAlive()) {
            kill();
        }
    }

    private static void read(InputStream stream, Consumer<String> lines) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            String line;
            while ((line = reader.readLine()) != null) {
                lines.accept(line.length() > LINE_LIMIT ? line.substring(0, LINE_LIMIT) : line);
            }
        } catch (IOException e) {
            // The program was killed while it wrote: its exit code says what happened.
        }
    }
}
