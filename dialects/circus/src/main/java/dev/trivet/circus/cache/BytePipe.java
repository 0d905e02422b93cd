package dev.trivet.circus.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * From a thread that writes to a thread that reads, with a bounded number of bytes between them. When the reader closes, the writer fails;
 * when the writer fails, so does the reader: it never takes a part for the whole.
 */
final class BytePipe {
    private static final int CHUNK = 64 << 10;
    private static final int CHUNKS = 8;
    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(CHUNKS);
    private volatile boolean unread;
    private volatile @Nullable Throwable failure;

    /** Where the one thread writes. Closing it is the end of the bytes. */
    OutputStream sink() {
        return new OutputStream() {
            private final byte[] chunk = new byte[CHUNK];
            private int filled;

            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                int from = offset;
                int rest = length;
                while (rest > 0) {
                    int count = Math.min(rest, CHUNK - filled);
                    System.arraycopy(bytes, from, chunk, filled, count);
                    filled += count;
                    from += count;
                    rest -= count;
                    if (filled == CHUNK) {
                        pass();
                    }
                }
            }

            private void pass() throws IOException {
                if (filled > 0) {
                    hand(Arrays.copyOf(chunk, filled));
                    filled = 0;
                }
            }

            @Override
            public void close() throws IOException {
                pass();
                hand(END);
            }
        };
    }

    private void hand(byte[] bytes) throws IOException {
        try {
            while (!chunks.offer(bytes, 100, TimeUnit.MILLISECONDS)) {
                if (unread) {
                    throw new IOException("nobody reads any more");
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while writing");
        }
    }

    /** The writer could not go on: the reader gets that. */
    void fail(Throwable reason) {
        failure = reason;
        chunks.clear();
        var _ = chunks.offer(END);
    }

    /** Where the other thread reads. */
    InputStream source() {
        return new InputStream() {
            private byte[] chunk = new byte[0];
            private int at;
            private boolean over;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                if (at == chunk.length && !next()) {
                    return -1;
                }
                int count = Math.min(length, chunk.length - at);
                System.arraycopy(chunk, at, bytes, offset, count);
                at += count;
                return count;
            }

            private boolean next() throws IOException {
                if (over) {
                    return false;
                }
                try {
                    chunk = chunks.take();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted while reading");
                }
                at = 0;
                Throwable reason = failure;
                if (reason != null) {
                    throw new IOException(reason.getMessage(), reason);
                }
                over = chunk.length == 0;
                return !over;
            }

            @Override
            public void close() {
                unread = true;
                chunks.clear();
            }
        };
    }
}
