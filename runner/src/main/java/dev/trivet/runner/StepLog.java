package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import dev.trivet.engine.AttemptRef;
import dev.trivet.logs.masking.Masker;
import dev.trivet.logs.masking.MaskingStream;
import dev.trivet.sandbox.OutputSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** The log of one step as its runner writes it: masked, then appended at its own offset. Thread-safe. */
final class StepLog implements OutputSink, AutoCloseable {
    private static final int MOST_COPIED = 1 << 20;

    private final MaskingStream masked;
    private final InstantSource clock;
    private volatile long lastOutput;
    private boolean lineOpen;

    StepLog(ServerLink link, AttemptRef ref, int step, long maxBytes, Masker masker, InstantSource clock)
            throws IOException {
        this.clock = requireNonNull(clock, "clock is null");
        long size = link.logSize(ref, step);
        this.masked = masker.mask(new Appender(link, ref, step, size, maxBytes));
        this.lastOutput = clock.millis();
        if (size > 0) {
            // One log for all attempts: what somebody has read of it never changes.
            line("[trivet] the attempt before this one did not pass; attempt " + ref.attempt()
                    + " starts from the beginning");
        }
    }

    @Override
    public synchronized void accept(byte[] bytes, int offset, int length) throws IOException {
        lastOutput = clock.millis();
        masked.write(bytes, offset, length);
        masked.flush();
        if (length > 0) {
            lineOpen = bytes[offset + length - 1] != '\n';
        }
    }

    /** A line of our own, on a line of its own. */
    synchronized void line(String text) throws IOException {
        byte[] bytes = ((lineOpen ? "\n" : "") + text + "\n").getBytes(StandardCharsets.UTF_8);
        accept(bytes, 0, bytes.length);
    }

    /** A sink that writes here and keeps a copy of the newest bytes, for explaining a failure. */
    OutputSink alsoTo(ByteArrayOutputStream copy) {
        return (bytes, offset, length) -> {
            accept(bytes, offset, length);
            if (copy.size() > MOST_COPIED) {
                copy.reset();
            }
            copy.write(bytes, offset, length);
        };
    }

    /** When the last byte came, in milliseconds of the clock. */
    long lastOutput() {
        return lastOutput;
    }

    @Override
    public synchronized void close() throws IOException {
        masked.finish();
    }

    /** Sends what comes, in order; waits for a server that is away. */
    private static final class Appender extends OutputStream {
        private final ServerLink link;
        private final AttemptRef ref;
        private final int step;
        private final long maxBytes;
        private long offset;

        Appender(ServerLink link, AttemptRef ref, int step, long offset, long maxBytes) {
            this.link = link;
            this.ref = ref;
            this.step = step;
            this.offset = offset;
            this.maxBytes = maxBytes;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            offset = link.appendLog(ref, step, offset, bytes, from, length, maxBytes);
        }
    }
}
