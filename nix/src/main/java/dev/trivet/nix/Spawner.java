package dev.trivet.nix;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts processes from one thread that does not end: a process that asks to die with its parent dies with the thread that started it.
 * Thread-safe.
 */
final class Spawner {
    private final ExecutorService thread = Executors.newFixedThreadPool(
            1, Thread.ofPlatform().daemon().name("nix-spawner").factory());

    Process start(ProcessBuilder builder) throws IOException {
        try {
            return CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return builder.start();
                                } catch (IOException failed) {
                                    throw new CompletionException(failed);
                                }
                            },
                            thread)
                    .join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof IOException cause) {
                throw new IOException(cause.getMessage(), cause);
            }
            throw failed;
        }
    }
}
