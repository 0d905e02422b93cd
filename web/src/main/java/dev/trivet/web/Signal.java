package dev.trivet.web;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes one thread that waits for news; many raises at once are one. Thread-safe. */
final class Signal {
    private final Semaphore raised = new Semaphore(0);

    void raise() {
        if (raised.availablePermits() == 0) {
            raised.release();
        }
    }

    /** Waits until it was raised since the last call; false if the time was over before. */
    boolean await(Duration most) throws InterruptedException {
        boolean came = raised.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS);
        raised.drainPermits();
        return came;
    }
}
