package dev.trivet.logs.masking;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Passes bytes on without the secrets among them, however they are cut into pieces. Held back are only bytes that may still turn
 * out to be the beginning of a secret; {@link #flush} does not release those, {@link #finish} and {@link #close} do. Everything
 * else is passed on at once, from the array it came in. For one thread at a time; useless after the target threw.
 */
public final class MaskingStream extends OutputStream {
    private static final byte[] MASK = "***".getBytes(StandardCharsets.US_ASCII);
    private static final int PIECE = 64 * 1024;

    private final Automaton automaton;
    private final OutputStream target;
    private final MaskedRuns runs = new MaskedRuns();
    private int state = Automaton.START;

    /** Number of bytes taken in. All positions below count from the first byte of the stream. */
    private long taken;

    /** The last bytes taken in, not passed on yet. */
    private byte[] held = new byte[64];

    private int heldLength;

    MaskingStream(Automaton automaton, OutputStream target) {
        this.automaton = automaton;
        this.target = target;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (automaton.isEmpty()) {
            target.write(bytes, offset, length);
            return;
        }
        for (int done = 0; done < length; done += PIECE) {
            int piece = Math.min(PIECE, length - done);
            find(bytes, offset + done, piece);
            pass(bytes, offset + done, piece, taken + piece - automaton.livePrefix(state));
        }
    }

    /** Runs the automaton over the piece and marks what matched. */
    private void find(byte[] bytes, int offset, int length) {
        int[] rows = automaton.rows;
        int[] byteClass = automaton.byteClass();
        int rowEnd = automaton.rowEnd;
        int code = state;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            code = code < rowEnd ? rows[code + byteClass[bytes[i] & 0xff]] : automaton.stepDeep(code, bytes[i]);
            if (code >= rowEnd) {
                int matched = automaton.longestMatch(code);
                if (matched > 0) {
                    long after = taken + (i + 1 - offset);
                    runs.add(after - matched, after);
                }
            }
        }
        state = code;
    }

    /** Takes the piece in, and passes on everything before {@code safe}: masked where marked. */
    private void pass(byte[] piece, int offset, int length, long safe) throws IOException {
        long at = taken - heldLength;
        while (at < safe) {
            long run = runs.nextStart(safe);
            if (run > at) {
                copy(at, run, piece, offset);
                at = run;
            } else {
                if (runs.begin()) {
                    target.write(MASK);
                }
                at = runs.end(safe);
            }
        }
        hold(safe, piece, offset, length);
        taken += length;
    }

    private void copy(long from, long to, byte[] piece, int offset) throws IOException {
        if (from < taken) {
            int start = (int) (from - (taken - heldLength));
            target.write(held, start, (int) (Math.min(to, taken) - from));
        }
        if (to > taken) {
            long start = Math.max(from, taken);
            target.write(piece, offset + (int) (start - taken), (int) (to - start));
        }
    }

    private void hold(long from, byte[] piece, int offset, int length) {
        int stay = (int) Math.max(0, taken - from);
        int fresh = (int) Math.min(length, taken + length - from);
        if (held.length < stay + fresh) {
            held = Arrays.copyOf(held, Math.max(stay + fresh, held.length * 2));
        }
        System.arraycopy(held, heldLength - stay, held, 0, stay);
        System.arraycopy(piece, offset + length - fresh, held, stay, fresh);
        heldLength = stay + fresh;
    }

    /** Flushes the target; what may be the beginning of a secret stays here. */
    @Override
    public void flush() throws IOException {
        target.flush();
    }

    /** The output is over, or makes a pause that no secret spans: passes on what was held back. */
    public void finish() throws IOException {
        state = Automaton.START;
        pass(held, 0, 0, taken);
        target.flush();
    }

    @Override
    public void close() throws IOException {
        try (OutputStream closing = target) {
            finish();
            closing.flush();
        }
    }
}
