package dev.trivet.circus;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How builds are built: the section {@code queue_runner} (spec section 12.2).
 *
 * @param timeout longest time of each builder
 * @param maxSilent longest silence of each builder; zero for none
 * @param maxLogBytes most that each builder prints
 * @param failedFor how long a derivation that failed is not tried again; zero for not at all
 * @param unsupportedAfter how long a build waits for a machine of its system; empty for ever
 */
public record BuildSettings(
        Duration timeout,
        Duration maxSilent,
        long maxLogBytes,
        Duration failedFor,
        Optional<Duration> unsupportedAfter) {
    public BuildSettings {
        Objects.requireNonNull(timeout, "timeout is null");
        Objects.requireNonNull(maxSilent, "maxSilent is null");
        Objects.requireNonNull(failedFor, "failedFor is null");
        Objects.requireNonNull(unsupportedAfter, "unsupportedAfter is null");
    }
}
