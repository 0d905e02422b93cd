package dev.trivet.cli.api;

import java.time.Duration;

/** Waits between two looks at a server; a test puts its own in place. */
public interface Pause {
    /** Waits. */
    void of(Duration duration) throws InterruptedException;

    /** Really waits. */
    Pause REAL = duration -> Thread.sleep(duration);
}
