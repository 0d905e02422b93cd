package dev.trivet.circus;

import java.time.Duration;
import java.util.Objects;

/**
 * What is kept of builds in the store: the section {@code gc} (spec section 12.2).
 *
 * @param collects whether the store's garbage is collected after something was let go
 * @param age how long an evaluation is kept, though it is none of its jobset's last
 * @param interval between two looks
 */
public record GarbageSettings(boolean collects, Duration age, Duration interval) {
    public GarbageSettings {
        Objects.requireNonNull(age, "age is null");
        Objects.requireNonNull(interval, "interval is null");
    }
}
