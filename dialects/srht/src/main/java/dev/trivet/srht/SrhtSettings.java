package dev.trivet.srht;

import java.time.Duration;
import java.util.Objects;

/**
 * The settings of this dialect.
 *
 * @param origin address of this server as users and builds see it, without a slash at its end
 * @param deadline longest time of a job, from when a runner picks it up
 */
public record SrhtSettings(String origin, Duration deadline) {
    /** The deadline of the reference server. */
    public static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(45);

    public SrhtSettings {
        Objects.requireNonNull(origin, "origin is null");
        if (!origin.matches("https?://[^/]+")) {
            throw new IllegalArgumentException("an origin is http(s)://host[:port] without a path, not: " + origin);
        }
        if (!deadline.isPositive()) {
            throw new IllegalArgumentException("a deadline is longer than nothing, not " + deadline);
        }
    }

    /** With the default deadline. */
    public static SrhtSettings of(String origin) {
        return new SrhtSettings(origin, DEFAULT_DEADLINE);
    }
}
