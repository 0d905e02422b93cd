package dev.trivet.logs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What to look for in a log: a plain text, never a pattern.
 *
 * @param text what to find, 1 to {@link #MAX_TEXT_BYTES} bytes of UTF-8
 * @param ignoreCase take ASCII letters of either case as the same
 * @param from offset at which the search starts
 * @param maxHits most hits to return, positive
 * @param maxBytes most bytes to search, positive
 */
public record LogSearch(String text, boolean ignoreCase, long from, int maxHits, long maxBytes) {
    /** Longest text that can be searched. */
    public static final int MAX_TEXT_BYTES = 1024;

    private static final int CHUNK = 256 * 1024;

    public LogSearch {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException(
                    "text to search must have 1 to " + MAX_TEXT_BYTES + " bytes, but has " + length);
        }
        if (from < 0 || maxHits < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("from must not be negative, maxHits and maxBytes must be positive: "
                    + from + ", " + maxHits + ", " + maxBytes);
        }
    }

    /** The exact text from the beginning, at most 1000 hits in at most 1 GiB. */
    public static LogSearch of(String text) {
        return new LogSearch(text, false, 0, 1000, 1L << 30);
    }

    /** The same from another offset, such as {@link LogHits#next}. */
    public LogSearch startingAt(long offset) {
        return new LogSearch(text, ignoreCase, offset, maxHits, maxBytes);
    }

    LogHits in(LogSource log) throws IOException {
        ByteSearch needle = new ByteSearch(text.getBytes(StandardCharsets.UTF_8), ignoreCase);
        long size = log.extent().size();
        long end = maxBytes > size - from ? size : from + maxBytes;
        List<LogHit> hits = new ArrayList<>();
        byte[] chunk = new byte[CHUNK + needle.length()];
        long line = new LineLookup(log).lineAt(from);
        long at = from;
        while (at < end) {
            int length = log.read(at, chunk, 0, (int) Math.min(chunk.length, size - at));
            int candidates = (int) Math.min(CHUNK, end - at);
            int counted = 0;
            int next = 0;
            while (true) {
                int found = needle.find(chunk, next, length);
                if (found < 0 || found >= candidates) {
                    break;
                }
                line += Newlines.count(chunk, counted, found - counted);
                counted = found;
                hits.add(new LogHit(line, at + found));
                next = found + needle.length();
                if (hits.size() == maxHits) {
                    return new LogHits(hits, at + next, at + next >= size);
                }
            }
            int advance = Math.max(candidates, next);
            line += Newlines.count(chunk, counted, advance - counted);
            at += advance;
        }
        return new LogHits(hits, Math.min(at, size), end == size);
    }
}
