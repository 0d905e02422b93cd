package dev.trivet.web;

import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStore;
import dev.trivet.logs.LogTail;
import dev.trivet.web.ansi.LogRenderer;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one log to one page as it grows, on a thread of its own, until the log is closed or this is interrupted. */
final class LogFollower {
    private static final Logger LOG = LoggerFactory.getLogger(LogFollower.class);
    private static final int CHUNK = 64 * 1024;
    /** A page that is further behind than this skips to the end. */
    private static final int MOST_BEHIND = 1 << 20;
    /** How long output is collected: a page need not blink faster. */
    private static final Duration PACE = Duration.ofMillis(60);

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final LogStore logs;
    private final PageFeed feed;
    private final LogKey key;
    private final String anchor;
    private final Signal whenDone;
    private final Thread thread;

    LogFollower(LogStore logs, PageFeed feed, LogKey key, String anchor, Signal whenDone) {
        this.logs = Objects.requireNonNull(logs, "logs is null");
        this.feed = Objects.requireNonNull(feed, "feed is null");
        this.key = Objects.requireNonNull(key, "key is null");
        this.anchor = Objects.requireNonNull(anchor, "anchor is null");
        this.whenDone = Objects.requireNonNull(whenDone, "whenDone is null");
        this.thread = Thread.ofVirtual().name("web-log-" + key).start(this::run);
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    void interrupt() {
        thread.interrupt();
    }

    void join() throws InterruptedException {
        thread.join();
    }

    private void run() {
        try {
            LogRenderer.Position from = feed.position(key.step());
            while (from != null && feed.isOpen()) {
                from = follow(from);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // Most often the page is gone; if it is not, it comes again and another follower goes on.
            LOG.debug("log {} is not followed any more", key, e);
        } finally {
            whenDone.raise();
        }
    }

    /** Follows from a position; returns another one to skip to, or null at the end of the log. */
    private LogRenderer.@org.jspecify.annotations.Nullable Position follow(LogRenderer.Position from)
            throws IOException, InterruptedException {
        boolean skipped = logs.size(key) - from.offset() > MOST_BEHIND;
        LogRenderer.Position start = skipped ? LogWindow.start(logs, key, LogWindow.MOST_BYTES) : from;
        LogRenderer renderer = new LogRenderer(anchor, start);
        byte[] buffer = new byte[CHUNK];
        try (LogTail tail = logs.subscribe(key, start.offset())) {
            while (feed.isOpen()) {
                long first = renderer.position().line();
                int count = tail.read(buffer, 0, buffer.length);
                if (count < 0) {
                    return null;
                }
                if (count > 0) {
                    renderer.feed(buffer, count);
                    feed.log(key.step(), first, skipped, renderer.take(), renderer.position());
                    skipped = false;
                    if (count == buffer.length && logs.size(key) - renderer.offset() > MOST_BEHIND) {
                        return renderer.position();
                    }
                } else if (tail.await(LONGEST_WAIT)) {
                    Thread.sleep(PACE);
                }
            }
            return null;
        }
    }
}
