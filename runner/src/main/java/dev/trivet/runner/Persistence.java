package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Repeats what cannot reach the server until it can, or until the runner is closed. Thread-safe. */
final class Persistence {
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    private final CountDownLatch closed;

    Persistence(CountDownLatch closed) {
        this.closed = requireNonNull(closed, "closed is null");
    }

    /** @throws LinkUnavailableException when the runner was closed before the server could be reached */
    <T> T call(Supplier<T> call) {
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            try {
                return call.get();
            } catch (LinkUnavailableException unavailable) {
                if (pause(pause)) {
                    throw unavailable;
                }
                pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
            }
        }
    }

    /** Whether the runner was closed meanwhile. */
    private boolean pause(long millis) {
        try {
            return closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
