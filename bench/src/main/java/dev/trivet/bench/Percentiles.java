package dev.trivet.bench;

import java.util.Arrays;

/** Durations in order, to ask for the middle and the tail. Immutable. */
final class Percentiles {
    private static final double NANOS_PER_MILLI = 1e6;

    private final long[] sorted;

    private Percentiles(long[] sorted) {
        this.sorted = sorted;
    }

    /** @param nanos durations in nanoseconds, in any order; at least one */
    static Percentiles of(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Percentiles(sorted);
    }

    /** The smallest duration that {@code percent} per cent of all do not exceed, in milliseconds. */
    double millis(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)] / NANOS_PER_MILLI;
    }

    /** The middle, in milliseconds. */
    double p50() {
        return millis(50);
    }

    /** What 99 of 100 do not exceed, in milliseconds. */
    double p99() {
        return millis(99);
    }
}
