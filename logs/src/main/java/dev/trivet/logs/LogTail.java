package dev.trivet.logs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Follows one log from an offset to its end. A tail is an offset and nothing more: it queues nothing, reads the file itself when
 * there is something new, and never holds up the writer or another watcher, however slow it is. Made for virtual threads; used by
 * one thread at a time. A thread that waits is ended by interrupting it.
 *
 * <pre>{@code
 * try (LogTail tail = logs.subscribe(key, offset)) {
 *     byte[] buffer = new byte[8192];
 *     for (int count; (count = tail.read(buffer, 0, buffer.length)) >= 0; ) {
 *         if (count > 0) send(buffer, count);
 *         else if (!tail.await(Duration.ofSeconds(15))) sendHeartbeat();
 *     }
 * }
 * }</pre>
 */
public final class LogTail implements AutoCloseable {
    private final OpenLogs logs;
    private final LogDirectory directory;
    private final LogKey key;
    private long position;

    /** Exactly one of these is there while the tail is open: a log that may grow, or a compressed one. */
    private @Nullable OpenLog live;

    private @Nullable CompressedLog compressed;
    private Watchers.Watcher watcher = new Watchers.Watcher();

    LogTail(OpenLogs logs, LogDirectory directory, LogKey key, long from) throws IOException {
        this.logs = logs;
        this.directory = directory;
        this.key = key;
        this.position = from;
        attach();
    }

    /** Where the next read starts. */
    public long offset() {
        return position;
    }

    /**
     * Reads what is there without waiting.
     *
     * @return the number of bytes read; 0 if there is nothing new yet; -1 at the end of a log that was closed or deleted
     */
    public int read(byte[] buffer, int offset, int length) throws IOException {
        while (true) {
            OpenLog log = attach();
            if (log == null) {
                int count = compressed == null ? 0 : compressed.read(position, buffer, offset, length);
                position += count;
                return count > 0 || length == 0 ? count : -1;
            }
            if (log.acquire()) {
                try (LogSource source = new PlainSource(log)) {
                    int count = source.read(position, buffer, offset, length);
                    position += count;
                    return count == 0 && length > 0 && source.ended() ? -1 : count;
                }
            }
            if (log.deleted()) {
                return -1;
            }
        }
    }

    /**
     * Waits until {@link #read} has something to tell: bytes or the end.
     *
     * @return false if the time was over before
     */
    public boolean await(Duration timeout) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            OpenLog log = attach();
            if (log == null || hasNews(log)) {
                return true;
            }
            watcher.thread(Thread.currentThread());
            log.watchers().enter(watcher);
            if (!log.retired() && !hasNews(log)) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
    }

    private boolean hasNews(OpenLog log) {
        return log.ended() || log.file().extent().size() > position;
    }

    /** The log as it is now, also after it was compressed or loaded again; null if it is compressed. */
    private @Nullable OpenLog attach() throws IOException {
        while (true) {
            OpenLog current = live;
            if (current != null && (!current.retired() || current.deleted())) {
                return current;
            }
            if (compressed != null) {
                return null;
            }
            detach();
            OpenLog found = logs.live(key);
            if (found == null) {
                openCompressed();
            } else if (found.watch()) {
                live = found;
            } else {
                logs.forget(found);
            }
        }
    }

    private void openCompressed() throws IOException {
        try {
            compressed = CompressedLog.open(directory.compressed(key));
        } catch (NoSuchFileException reopenedMeanwhile) {
            compressed = null;
        }
    }

    private void detach() {
        OpenLog current = live;
        if (current != null) {
            current.watchers().unsubscribe();
            live = null;
            // the old one may still stand in the stack of the old log
            watcher = new Watchers.Watcher();
        }
    }

    @Override
    public void close() throws IOException {
        watcher.thread(null);
        detach();
        if (compressed != null) {
            compressed.close();
        }
    }
}
