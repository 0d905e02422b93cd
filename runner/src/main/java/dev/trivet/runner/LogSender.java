package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sends one log in order, on a thread of its own, so that a job does not wait for the network: what has not been acknowledged is kept and sent
 * again while the server is away. Holds at most {@link #MOST_PENDING} bytes; whoever writes more waits. Thread-safe.
 */
final class LogSender {
    static final int MOST_PENDING = 4 << 20;

    /** Sends bytes that stand at an offset and answers where the next ones start; {@link LinkUnavailableException} is repeated. */
    interface Target {
        long append(long offset, byte[] bytes) throws IOException;
    }

    private final Target target;
    private final Persistence persistence;
    private byte[] pending = new byte[0];
    private long offset;
    private boolean sending;
    private @Nullable IOException failure;

    LogSender(Target target, Persistence persistence, long offset) {
        this.target = requireNonNull(target, "target is null");
        this.persistence = requireNonNull(persistence, "persistence is null");
        this.offset = offset;
    }

    /** Takes bytes; waits while too many are pending. Throws what an earlier append was refused with. */
    synchronized void append(byte[] bytes, int from, int length) throws IOException {
        try {
            while (failure == null && pending.length > 0 && pending.length + length > MOST_PENDING) {
                wait();
            }
        } catch (InterruptedException stopped) {
            throw interrupted();
        }
        check();
        byte[] more = Arrays.copyOf(pending, pending.length + length);
        System.arraycopy(bytes, from, more, pending.length, length);
        pending = more;
        if (!sending) {
            sending = true;
            Thread.ofVirtual().name("log-sender").start(this::send);
        }
    }

    /** Waits until everything is with the server. */
    synchronized void flush() throws IOException {
        try {
            while (failure == null && sending) {
                wait();
            }
        } catch (InterruptedException stopped) {
            throw interrupted();
        }
        check();
    }

    private void send() {
        while (true) {
            byte[] next;
            long at;
            synchronized (this) {
                if (pending.length == 0 || failure != null) {
                    sending = false;
                    notifyAll();
                    return;
                }
                next = Arrays.copyOf(pending, Math.min(pending.length, Wire.MOST_LOG_BYTES));
                at = offset;
            }
            acknowledged(next, at);
        }
    }

    private void acknowledged(byte[] sent, long at) {
        IOException refused = null;
        try {
            persistence.call(() -> append(at, sent));
        } catch (Refused answer) {
            refused = answer.reason;
        } catch (RuntimeException closed) {
            refused = new IOException("the server could not be told", closed);
        }
        synchronized (this) {
            offset = at + sent.length;
            pending = Arrays.copyOfRange(pending, sent.length, pending.length);
            failure = refused;
            notifyAll();
        }
    }

    private long append(long at, byte[] bytes) {
        try {
            return target.append(at, bytes);
        } catch (IOException refused) {
            throw new Refused(refused);
        }
    }

    private void check() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while the log was sent");
    }

    /** Carries a refusal through what repeats. */
    private static final class Refused extends RuntimeException {
        private final transient IOException reason;

        Refused(IOException reason) {
            super(reason);
            this.reason = reason;
        }
    }
}
