package dev.trivet.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One watcher's stream of server-sent events. Thread-safe; sending blocks while the client does not take what was sent before. */
public final class EventStream {
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.UTF_8);

    private final OutputStream out;
    private final Thread owner;
    private final ReentrantLock lock = new ReentrantLock();
    /** Guards {@link #finished}; not the writing lock, which a slow client can hold for long. */
    private final ReentrantLock ending = new ReentrantLock();

    private volatile boolean open = true;
    private volatile long lastWriteNanos = System.nanoTime();
    private boolean finished;

    EventStream(OutputStream out, Thread owner) {
        this.out = out;
        this.owner = owner;
    }

    /** Sends an event without id or name. */
    public void send(String data) throws IOException {
        send(null, null, data);
    }

    /**
     * Sends one event.
     *
     * @param id what the client gives back as {@code Last-Event-ID} when it comes again; no line break, no NUL
     * @param event its name; no line break
     * @param data any text; line breaks arrive as {@code \n}
     * @throws IOException if the client is gone or the stream was closed
     */
    public void send(@Nullable String id, @Nullable String event, String data) throws IOException {
        StringBuilder text = new StringBuilder(data.length() + 64);
        if (id != null) {
            text.append("id: ").append(oneLine(id)).append('\n');
        }
        if (event != null) {
            text.append("event: ").append(oneLine(event)).append('\n');
        }
        data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
        if (data.isEmpty() || data.endsWith("\n") || data.endsWith("\r")) {
            text.append("data: \n");
        }
        write(text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Tells the client how long to wait before it comes again. */
    public void retryAfter(Duration pause) throws IOException {
        write(("retry: " + pause.toMillis() + "\n\n").getBytes(StandardCharsets.UTF_8));
    }

    /** False once the client is gone or the server stops. */
    public boolean isOpen() {
        return open;
    }

    /** True if nothing was sent for so long. */
    boolean isSilentFor(Duration silence) {
        return System.nanoTime() - lastWriteNanos >= silence.toNanos();
    }

    /** Sends a comment if nothing was sent for so long; a client that is gone is noticed by it. */
    void beat(Duration silence) {
        if (!isSilentFor(silence) || !lock.tryLock()) {
            return; // spoken recently, or speaking right now
        }
        try {
            write(HEARTBEAT);
        } catch (IOException e) {
            close();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the stream: wakes the source with an interrupt. */
    void close() {
        open = false;
        ending.lock();
        try {
            if (!finished) {
                owner.interrupt();
            }
        } finally {
            ending.unlock();
        }
    }

    /** Called by the owner after the source returned; no interrupt comes afterwards. */
    void finish() {
        ending.lock();
        try {
            open = false;
            finished = true;
        } finally {
            ending.unlock();
        }
    }

    private void write(byte[] bytes) throws IOException {
        lock.lock();
        try {
            if (!open) {
                throw new IOException("the event stream is closed");
            }
            out.write(bytes);
            out.flush();
            lastWriteNanos = System.nanoTime();
        } catch (IOException e) {
            open = false;
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private static String oneLine(String text) {
        if (text.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
            throw new IllegalArgumentException("an event's id and name are one line");
        }
        return text;
    }
}
