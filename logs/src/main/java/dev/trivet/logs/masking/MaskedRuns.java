package dev.trivet.logs.masking;

import java.util.Arrays;

/**
 * The parts of a stream that are masked and not passed on yet: disjoint, in order, and never touching each other. A run may be
 * begun (its mask is written) while it still grows.
 */
final class MaskedRuns {
    private long[] starts = new long[8];
    private long[] ends = new long[8];
    private int first;
    private int count;

    /** The mask of the first run is written. */
    private boolean begun;

    /** Where the last run that was passed on ended; one that starts there is its continuation. */
    private long lastEnd = -1;

    /** Adds a match. Matches come in the order of their ends. */
    void add(long start, long end) {
        long from = start;
        while (count > 0 && ends[first + count - 1] >= from) {
            from = Math.min(from, starts[first + count - 1]);
            count--;
        }
        if (first + count == starts.length) {
            makeRoom();
        }
        starts[first + count] = from;
        ends[first + count] = end;
        count++;
    }

    private void makeRoom() {
        int capacity = Math.max(8, count * 2);
        starts = Arrays.copyOf(Arrays.copyOfRange(starts, first, first + count), capacity);
        ends = Arrays.copyOf(Arrays.copyOfRange(ends, first, first + count), capacity);
        first = 0;
    }

    /** Where the first run starts (or goes on, if it is begun: then not behind any byte left); the limit if that is before. */
    long nextStart(long limit) {
        return count == 0 ? limit : Math.min(starts[first], limit);
    }

    /** Begins the first run; true if its mask is to be written. */
    boolean begin() {
        boolean fresh = !begun && starts[first] != lastEnd;
        begun = true;
        return fresh;
    }

    /** Where the first run ends; it is done with unless it reaches beyond the limit. */
    long end(long limit) {
        long end = ends[first];
        if (end > limit) {
            return limit;
        }
        lastEnd = end;
        begun = false;
        first++;
        count--;
        return end;
    }
}
