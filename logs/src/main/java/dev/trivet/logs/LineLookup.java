package dev.trivet.logs;

import java.io.IOException;

/** Finds lines by offset and offsets by line: the checkpoints narrow it down to one stride, which is read. */
final class LineLookup {
    private final LogSource log;
    private final byte[] stride = new byte[Checkpoints.STRIDE];

    LineLookup(LogSource log) {
        this.log = log;
    }

    /** The line (from 0) that holds the byte at the offset; the last one for an offset behind the end. */
    long lineAt(long offset) throws IOException {
        long inside = Math.clamp(offset, 0, log.extent().size());
        int block = (int) (inside / Checkpoints.STRIDE);
        long start = (long) block * Checkpoints.STRIDE;
        int length = log.read(start, stride, 0, (int) (inside - start));
        return log.newlinesBefore(block) + Newlines.count(stride, 0, length);
    }

    /** Where the line (from 0) starts; the size of the log for a line behind the last one. */
    long offsetOf(long line) throws IOException {
        if (line <= 0) {
            return 0;
        }
        if (line > log.extent().newlines()) {
            return log.extent().size();
        }
        int block = blockWithNewline(line);
        long start = (long) block * Checkpoints.STRIDE;
        int length = log.read(start, stride, 0, stride.length);
        return start + Newlines.indexOf(stride, 0, length, line - log.newlinesBefore(block)) + 1;
    }

    /** The stride that holds the n-th line end (from 1), which exists: the last one that starts with fewer before it. */
    private int blockWithNewline(long n) {
        int low = 0;
        int high = (int) (log.extent().size() / Checkpoints.STRIDE);
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (log.newlinesBefore(middle) < n) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
