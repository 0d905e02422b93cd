package dev.trivet.harmont.vcs;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that tests move by hand. */
final class TestClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-03-04T05:06:07Z");

    @Override
    public Instant instant() {
        return now;
    }

    void advance(Duration time) {
        now = now.plus(time);
    }
}
