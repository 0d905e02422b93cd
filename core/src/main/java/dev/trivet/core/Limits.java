package dev.trivet.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one sandbox may use. A {@code null} (or, for numbers, 0) means "no bound of this kind was asked for"; the operator's own
 * ceiling still applies.
 *
 * @param cpus processor cores, fractions allowed; 0 for no bound
 * @param memoryBytes resident memory of all processes together; 0 for no bound
 * @param processes processes and threads alive at once; 0 for no bound
 * @param diskBytes bytes written to the sandbox's own layer; 0 for no bound
 * @param wall longest time of the whole job, from its start
 * @param silence longest time without a byte of output
 * @param logBytes most bytes of output kept of one step; 0 for the server's default
 */
public record Limits(
        double cpus,
        long memoryBytes,
        int processes,
        long diskBytes,
        @Nullable Duration wall,
        @Nullable Duration silence,
        long logBytes) {

    /** No bound of its own: the operator's ceilings decide. */
    public static final Limits NONE = new Limits(0, 0, 0, 0, null, null, 0);
}
