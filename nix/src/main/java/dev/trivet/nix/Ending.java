package dev.trivet.nix;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Ends processes with everything that they have started. */
final class Ending {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private Ending() {}

    /** Asks first: Nix takes its builders with it. What is still there after five seconds is killed. */
    static void of(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        boolean ended = false;
        try {
            ended = process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** At once. */
    static void now(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
