package dev.trivet.logs;

import java.util.Arrays;

/**
 * The sparse line index: how many line ends stand before each multiple of {@link #STRIDE}. A fixed stride keeps its size and the
 * cost of a look-up independent of how long the lines are. One thread appends; what it publishes through {@link #extent} is safe
 * to read from any other.
 */
final class Checkpoints {
    /** Bytes between two checkpoints, and so the most that a look-up reads of the log. */
    static final int STRIDE = 64 * 1024;

    private long[] counts;
    private int used;
    private volatile Extent extent;

    /** An index of an empty log. */
    Checkpoints() {
        this(new long[0]);
    }

    /** An index up to its last checkpoint; the rest of the log is then appended. */
    Checkpoints(long[] counts) {
        this.counts = counts;
        this.used = counts.length;
        long newlines = used == 0 ? 0 : counts[used - 1];
        this.extent = new Extent((long) used * STRIDE, newlines, false);
    }

    Extent extent() {
        return extent;
    }

    /** Number of checkpoints behind the one at 0. */
    int used() {
        return used;
    }

    /** Line ends before {@code block * STRIDE}; the caller has seen an extent that reaches so far. */
    long before(int block) {
        return block == 0 ? 0 : counts[block - 1];
    }

    /** A copy of the checkpoints from the given number on. */
    long[] from(int first) {
        return Arrays.copyOfRange(counts, first, used);
    }

    /** Takes the next bytes of the log into the index and publishes them. */
    void append(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return;
        }
        long size = extent.size();
        long newlines = extent.newlines();
        int at = offset;
        int end = offset + length;
        while (at < end) {
            int part = (int) Math.min(end - at, STRIDE - size % STRIDE);
            newlines += Newlines.count(bytes, at, part);
            at += part;
            size += part;
            if (size % STRIDE == 0) {
                add(newlines);
            }
        }
        extent = new Extent(size, newlines, bytes[end - 1] != '\n');
    }

    private void add(long newlines) {
        if (used == counts.length) {
            counts = Arrays.copyOf(counts, Math.max(16, used * 2));
        }
        counts[used++] = newlines;
    }
}
