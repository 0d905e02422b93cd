package dev.trivet.circus;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end, bounded in time and output. */
public final class BoundedProcess {
    private static final int ERROR_TAIL = 4096;
    private static final Executor READERS = task -> Thread.ofVirtual().start(task);

    private BoundedProcess() {}

    /** How it went. */
    public sealed interface Ending {
        /** @param error the end of what it wrote to its standard error */
        record Exited(int code, String output, String error) implements Ending {}

        record TimedOut() implements Ending {}

        record TooMuch() implements Ending {}
    }

    /**
     * Runs it; it and what it started are gone when this returns.
     *
     * @param outputLimit most bytes of its standard output
     * @throws IOException if it cannot be started
     */
    public static Ending run(ProcessBuilder program, Duration timeout, int outputLimit)
            throws IOException, InterruptedException {
        Process process = program.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        try {
            var output = CompletableFuture.supplyAsync(() -> head(process, outputLimit), READERS);
            var error = CompletableFuture.supplyAsync(() -> tail(process.getErrorStream()), READERS);
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Ending.TimedOut();
            }
            // Something that it left behind may hold the pipes open: do not wait for that.
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            byte[] written = output.orTimeout(5, TimeUnit.SECONDS).join();
            return written.length > outputLimit
                    ? new Ending.TooMuch()
                    : new Ending.Exited(
                            process.exitValue(),
                            new String(written, StandardCharsets.UTF_8),
                            error.completeOnTimeout("", 5, TimeUnit.SECONDS).join());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** One byte more than the limit says that there was more; then the program is ended. */
    private static byte[] head(Process process, int limit) {
        try (InputStream in = process.getInputStream()) {
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                process.destroyForcibly();
            }
            return bytes;
        } catch (IOException ended) {
            return new byte[0];
        }
    }

    private static String tail(InputStream stream) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] buffer = new byte[ERROR_TAIL];
        try (stream) {
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                kept.write(buffer, 0, n);
                if (kept.size() > 4 * ERROR_TAIL) {
                    byte[] all = kept.toByteArray();
                    kept.reset();
                    kept.write(all, all.length - ERROR_TAIL, ERROR_TAIL);
                }
            }
        } catch (IOException ended) {
            // What was read so far is what there is.
        }
        byte[] all = kept.toByteArray();
        int from = Math.max(0, all.length - ERROR_TAIL);
        return new String(all, from, all.length - from, StandardCharsets.UTF_8);
    }
}
