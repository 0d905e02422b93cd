package dev.trivet.harmont.vcs;

import java.time.Duration;

/** How long to wait after so many failures: twice as long each time, between 5 s and 10 min. */
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private Backoff() {}

    /** @param failures so far, from 1 on */
    static Duration after(int failures) {
        Duration wait = FIRST.multipliedBy(1L << Math.clamp(failures - 1L, 0, 20));
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
