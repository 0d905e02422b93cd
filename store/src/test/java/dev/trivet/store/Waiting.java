package dev.trivet.store;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition, with a deadline. */
final class Waiting {

    private Waiting() {}

    static void until(Duration most, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + most.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not so after " + most.toMillis() + " ms");
            }
            Thread.sleep(2);
        }
    }
}
