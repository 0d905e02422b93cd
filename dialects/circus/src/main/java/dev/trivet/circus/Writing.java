package dev.trivet.circus;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Writes one thing while the next one is prepared, never two at once and in their order. For one thread. */
final class Writing implements AutoCloseable {
    private static final Executor THREADS =
            task -> Thread.ofVirtual().name("circus-writing").start(task);

    private @Nullable CompletableFuture<Void> current;

    /**
     * Begins to write when what came before is written.
     *
     * @throws RuntimeException what the write before it threw; then this one is not begun
     */
    void next(Runnable write) {
        done();
        current = CompletableFuture.runAsync(write, THREADS);
    }

    /**
     * Waits until everything is written.
     *
     * @throws RuntimeException what the last write threw
     */
    void done() {
        CompletableFuture<Void> last = current;
        current = null;
        if (last == null) {
            return;
        }
        try {
            last.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    /** Waits, whatever comes of it. */
    @Override
    public void close() {
        CompletableFuture<Void> last = current;
        if (last != null) {
            last.exceptionally(_ -> null).join();
        }
    }
}
