package dev.trivet.http;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The body of one request, read at most once, never beyond its limit. Used by one thread. */
final class RequestBody {
    private static final int DISCARD_MOST = 64 << 20;
    private static final long DISCARD_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final InputStream in;
    private final long announced;
    private final boolean waitsForContinue;
    private final long limit;
    private final long deadlineNanos;
    private byte @Nullable [] bytes;
    private boolean touched;
    private boolean finished;

    /**
     * @param announced the Content-Length, or -1
     * @param waitsForContinue whether the client sends nothing until it is told to
     * @param limit most bytes
     * @param timeout longest time for reading it whole
     */
    RequestBody(InputStream in, long announced, boolean waitsForContinue, long limit, Duration timeout) {
        this.in = in;
        this.announced = announced;
        this.waitsForContinue = waitsForContinue;
        this.limit = limit;
        this.deadlineNanos = System.nanoTime() + timeout.toNanos();
        this.finished = announced == 0;
    }

    /**
     * Refuses what announces to be too large, before a byte is read.
     *
     * @throws HttpException 413
     */
    void checkAnnounced() {
        if (announced > limit) {
            throw tooLarge("it is " + announced + " bytes");
        }
    }

    /**
     * The whole body.
     *
     * @throws HttpException 413 if it is larger than the limit, 408 if it comes too slowly
     */
    byte[] bytes() throws IOException {
        byte[] known = bytes;
        if (known != null) {
            return known;
        }
        InputStream bounded = stream();
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.clamp(announced, 512, 1 << 20));
        byte[] buffer = new byte[16 << 10];
        for (int n = bounded.read(buffer); n >= 0; n = bounded.read(buffer)) {
            out.write(buffer, 0, n);
            if (System.nanoTime() - deadlineNanos > 0) {
                throw HttpException.of(
                        Problem.Kind.TOO_SLOW, "the body came too slowly: " + out.size() + " bytes until the deadline");
            }
        }
        byte[] read = out.toByteArray();
        bytes = read;
        return read;
    }

    /** The body as it comes, for uploads that are not kept in memory; reading past the limit throws 413. */
    InputStream stream() {
        if (touched) {
            throw new IllegalStateException("the body is being read already");
        }
        touched = true;
        checkAnnounced();
        return new Bounded();
    }

    /**
     * Reads and forgets what the client is still sending, so that it gets the answer instead of a reset connection; gives up after 64 MiB or 5 s.
     */
    void discardRest() {
        if (finished || (waitsForContinue && !touched)) {
            return;
        }
        long end = System.nanoTime() + DISCARD_NANOS;
        byte[] buffer = new byte[64 << 10];
        try {
            for (long total = 0; total < DISCARD_MOST && System.nanoTime() - end < 0; ) {
                int n = in.read(buffer);
                if (n < 0) {
                    finished = true;
                    return;
                }
                total += n;
            }
        } catch (IOException e) {
            finished = true; // the client is gone: nobody is left to be told anything
        }
    }

    /** True if a byte of it may still be on its way. */
    boolean isUnread() {
        return !finished;
    }

    private HttpException tooLarge(String size) {
        return HttpException.of(
                Problem.Kind.BODY_TOO_LARGE,
                "the request body is too large: " + size + ", and at most " + limit + " are taken here");
    }

    private final class Bounded extends FilterInputStream {
        private long taken;

        Bounded() {
            super(RequestBody.this.in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = readOrTell(buffer, offset, length);
            if (n < 0) {
                finished = true;
            } else {
                taken += n;
                if (taken > limit) {
                    throw tooLarge("more than " + limit + " bytes came");
                }
            }
            return n;
        }

        private int readOrTell(byte[] buffer, int offset, int length) throws IOException {
            try {
                return super.read(buffer, offset, length);
            } catch (IOException | RuntimeException e) {
                finished = true;
                for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                    if (cause instanceof org.eclipse.jetty.http.HttpException bad) {
                        throw HttpException.badRequest("the request body is not well-formed HTTP: " + bad.getReason());
                    }
                    if (cause instanceof TimeoutException) {
                        throw HttpException.of(
                                Problem.Kind.TOO_SLOW,
                                "the body stopped after " + taken + " bytes and nothing more came in time");
                    }
                }
                throw new ClientGoneException(e);
            }
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = 0;
            byte[] buffer = new byte[Math.clamp(count, 1, 8 << 10)];
            while (skipped < count) {
                int n = read(buffer, 0, (int) Math.min(buffer.length, count - skipped));
                if (n < 0) {
                    break;
                }
                skipped += n;
            }
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
