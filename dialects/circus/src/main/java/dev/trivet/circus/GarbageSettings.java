package dev.trivet.circus;

import java.time.Duration;
import java.util.Objects;

/**
 * What is kept of builds in the store: the section {@code gc} (spec section 12.2).
 *
 * @param collects whether the store's garbage is collected after something was let go
 * @param age how long an evaluation is kept, though it is none of its jobset's last
 * @param interval between two looks
 * @param channelHistory how many of a channel's last promotions are kept with everything that belongs to them, at least one
 */
public record GarbageSettings(boolean collects, Duration age, Duration interval, int channelHistory) {
    public GarbageSettings {
        if (channelHistory < 1) {
            throw new IllegalArgumentException("channelHistory is at least 1, not " + channelHistory);
        }
        Objects.requireNonNull(age, "age is null");
        Objects.requireNonNull(interval, "interval is null");
    }
}
