package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.OutputSink;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Turns what is pushed into a sink into a stream that is read; the pusher waits when the reader is slow. One reader. */
final class ReceivedStream extends InputStream implements OutputSink {
    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(16);
    private byte[] current = END;
    private int position;
    private boolean ended;
    private volatile boolean closed;

    @Override
    public void accept(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0) {
            put(Arrays.copyOfRange(bytes, offset, offset + length));
        }
    }

    /** Nothing follows. */
    void end() throws IOException {
        put(END);
    }

    private void put(byte[] bytes) throws IOException {
        try {
            while (!closed && !queue.offer(bytes, 100, TimeUnit.MILLISECONDS)) {
                // the reader is slow, or gone
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public int read() throws IOException {
        return fill() ? current[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, current.length - position);
        System.arraycopy(current, position, bytes, offset, count);
        position += count;
        return count;
    }

    private boolean fill() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        while (!ended && position == current.length) {
            try {
                current = queue.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            position = 0;
            ended = current.length == 0;
        }
        return !ended;
    }

    /** What is pushed from now on is thrown away. */
    @Override
    public void close() {
        closed = true;
        queue.clear();
    }
}
