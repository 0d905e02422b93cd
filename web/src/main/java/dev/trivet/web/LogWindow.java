package dev.trivet.web;

import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogSlice;
import dev.trivet.logs.LogStore;
import dev.trivet.web.ansi.LogRenderer;
import dev.trivet.web.ansi.Style;
import java.io.IOException;

/**
 * The end of a log as HTML.
 *
 * @param html its lines
 * @param bytes how many bytes they were made of
 * @param earlier whether there is more before them
 * @param end where the log goes on
 */
record LogWindow(String html, long bytes, boolean earlier, LogRenderer.Position end) {
    /** Bytes of a log that a page shows (spec srht section 6: its end). */
    static final int MOST_BYTES = 128 * 1024;

    /** The last {@code most} bytes as whole lines. */
    static LogWindow last(LogStore logs, LogKey key, String anchor, int most) throws IOException {
        LogRenderer.Position start = start(logs, key, most);
        LogRenderer renderer = new LogRenderer(anchor, start);
        LogSlice slice = logs.read(key, start.offset(), most);
        renderer.feed(slice.bytes(), slice.bytes().length);
        return new LogWindow(renderer.take(), slice.bytes().length, start.offset() > 0, renderer.position());
    }

    /** Where the last {@code most} bytes begin: at the beginning of a line, unless one line is longer than that. */
    static LogRenderer.Position start(LogStore logs, LogKey key, int most) throws IOException {
        long size = logs.size(key);
        if (size <= most) {
            return LogRenderer.Position.START;
        }
        long offset = size - most;
        long line = logs.lineAt(key, offset);
        long next = logs.offsetOfLine(key, line + 1);
        return next < size
                ? new LogRenderer.Position(next, line + 1, Style.PLAIN)
                : new LogRenderer.Position(offset, line, Style.PLAIN);
    }
}
