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

    /** These limits where they are tighter than {@code ceiling}, and the ceiling's where they are not or ask for none. */
    public Limits within(Limits ceiling) {
        return new Limits(
                tighter(cpus, ceiling.cpus),
                tighter(memoryBytes, ceiling.memoryBytes),
                (int) tighter((long) processes, ceiling.processes),
                tighter(diskBytes, ceiling.diskBytes),
                tighter(wall, ceiling.wall),
                tighter(silence, ceiling.silence),
                tighter(logBytes, ceiling.logBytes));
    }

    private static double tighter(double own, double ceiling) {
        if (own <= 0 || ceiling <= 0) {
            return Math.max(own, ceiling);
        }
        return Math.min(own, ceiling);
    }

    private static long tighter(long own, long ceiling) {
        return own <= 0 || ceiling <= 0 ? Math.max(own, ceiling) : Math.min(own, ceiling);
    }

    private static @Nullable Duration tighter(@Nullable Duration own, @Nullable Duration ceiling) {
        if (own == null || ceiling == null) {
            return own == null ? ceiling : own;
        }
        return own.compareTo(ceiling) < 0 ? own : ceiling;
    }
}
