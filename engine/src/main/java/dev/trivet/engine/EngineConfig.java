package dev.trivet.engine;

import java.time.Duration;
import java.util.Objects;

/**
 * The engine's settings.
 *
 * @param leaseTimeout a runner that has not beaten for this long is lost; with a sweep every second a dead runner is noticed
 *     within 15 s (invariant 5)
 * @param pollInterval how often the queue and the events are looked at when nobody was told to look
 * @param eventRetention how long events are kept
 * @param defaultShares of a tenant without a row of its own
 * @param keptFor how long a success with a cache key is kept after it last counted for a job
 * @param mostKept how many of them are kept
 * @param absence how long jobs wait for a runner that is away and has the files that they build in
 */
public record EngineConfig(
        Duration leaseTimeout,
        Duration pollInterval,
        Duration eventRetention,
        int defaultShares,
        Duration keptFor,
        int mostKept,
        Duration absence) {
    public static final EngineConfig DEFAULT = new EngineConfig(
            Duration.ofSeconds(12),
            Duration.ofSeconds(1),
            Duration.ofDays(30),
            100,
            Duration.ofDays(14),
            200,
            Duration.ofMinutes(10));

    public EngineConfig {
        Objects.requireNonNull(leaseTimeout, "leaseTimeout is null");
        Objects.requireNonNull(pollInterval, "pollInterval is null");
        Objects.requireNonNull(eventRetention, "eventRetention is null");
        Objects.requireNonNull(keptFor, "keptFor is null");
        Objects.requireNonNull(absence, "absence is null");
    }

    /** The same with another bound on the absence of runners whose files are waited for. */
    public EngineConfig withAbsence(Duration other) {
        return new EngineConfig(leaseTimeout, pollInterval, eventRetention, defaultShares, keptFor, mostKept, other);
    }
}
