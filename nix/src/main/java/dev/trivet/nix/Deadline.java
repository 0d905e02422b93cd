package dev.trivet.nix;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Kills a process whose time is over, unless it is closed before. For one thread. */
final class Deadline implements AutoCloseable {
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean passed;

    Deadline(Process process, Duration longest) {
        Thread.ofVirtual().start(() -> {
            try {
                if (!done.await(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                    passed = true;
                    Ending.now(process);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Whether it has killed the process. */
    boolean passed() {
        return passed;
    }

    @Override
    public void close() {
        done.countDown();
    }
}
