package dev.trivet.logs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads lines one after the other, within bounds however long they are. */
final class LineReader {
    private static final int BUFFER = 64 * 1024;

    private final LogSource log;
    private final byte[] buffer = new byte[BUFFER];
    private long bufferStart;
    private int bufferLength;

    LineReader(LogSource log) {
        this.log = log;
    }

    List<LogLine> read(long firstLine, int count) throws IOException {
        List<LogLine> lines = new ArrayList<>();
        long size = log.extent().size();
        long offset = new LineLookup(log).offsetOf(firstLine);
        long readable = LogStore.MAX_PAGE_BYTES;
        while (lines.size() < count && offset < size && readable > 0) {
            long next = addLine(lines, firstLine + lines.size(), offset);
            readable -= Math.min(next - offset, LogStore.MAX_LINE_BYTES);
            offset = next;
        }
        return lines;
    }

    /** Adds the line at the offset; returns where the next one starts. */
    private long addLine(List<LogLine> lines, long number, long offset) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        boolean cut = false;
        long at = offset;
        while (at < log.extent().size()) {
            fill(at);
            int from = (int) (at - bufferStart);
            int to = from;
            while (to < bufferLength && buffer[to] != '\n') {
                to++;
            }
            int room = LogStore.MAX_LINE_BYTES - text.size();
            text.write(buffer, from, Math.min(to - from, room));
            cut |= to - from > room;
            at = bufferStart + to;
            if (to < bufferLength) {
                at++;
                break;
            }
        }
        lines.add(new LogLine(number, offset, decoded(text, cut), cut));
        return at;
    }

    /** Makes the buffer hold the byte at that place. */
    private void fill(long at) throws IOException {
        if (at < bufferStart || at >= bufferStart + bufferLength) {
            bufferLength = log.read(at, buffer, 0, buffer.length);
            bufferStart = at;
        }
    }

    private static String decoded(ByteArrayOutputStream text, boolean cut) {
        String line = text.toString(StandardCharsets.UTF_8);
        return !cut && line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }
}
