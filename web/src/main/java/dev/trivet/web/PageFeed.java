package dev.trivet.web;

import dev.trivet.http.EventStream;
import dev.trivet.web.ansi.LogRenderer;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends events to one page of a run, each with how far the logs were sent: {@code patch} with new HTML of elements, {@code log} with lines of
 * a log, which replace those of the page from the first one's number on, and {@code end}. Thread-safe: several logs are followed at once.
 */
final class PageFeed {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final EventStream stream;
    private final LogCursor cursor;
    private final ReentrantLock lock = new ReentrantLock();

    /** @param cursor how far the logs were sent before */
    PageFeed(EventStream stream, LogCursor cursor) {
        this.stream = Objects.requireNonNull(stream, "stream is null");
        this.cursor = Objects.requireNonNull(cursor, "cursor is null");
    }

    /** Where a log goes on. */
    LogRenderer.Position position(int step) {
        lock.lock();
        try {
            return cursor.of(step);
        } finally {
            lock.unlock();
        }
    }

    void patch(String html) throws IOException {
        send("patch", html);
    }

    /**
     * Lines of a log.
     *
     * @param first number of the first of them; lines with this and higher numbers that the page has are replaced
     * @param skipped whether lines before them are left out, because the page is too far behind
     * @param end how far the page has the log with them
     */
    void log(int step, long first, boolean skipped, String html, LogRenderer.Position end) throws IOException {
        String data = JSON.writeValueAsString(JSON.createObjectNode()
                .put("step", step)
                .put("first", first)
                .put("skipped", skipped)
                .put("html", html));
        lock.lock();
        try {
            cursor.put(step, end);
            send("log", data);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will come. */
    void end() throws IOException {
        send("end", "");
    }

    boolean isOpen() {
        return stream.isOpen();
    }

    private void send(String event, String data) throws IOException {
        lock.lock();
        try {
            stream.send(cursor.toString(), event, data);
        } finally {
            lock.unlock();
        }
    }
}
