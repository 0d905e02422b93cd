package dev.trivet.cli.output;

import java.io.ByteArrayOutputStream;

/**
 * Makes log bytes fit for where they go, piece by piece. Everywhere CR LF becomes LF. On a terminal only text, tabs, line ends and
 * (if wanted) colours get through: a log must not move the cursor, set titles, or make the terminal answer. Cuts in the middle of a
 * sequence do no harm. Not thread-safe.
 */
public final class LogText {
    private static final int LONGEST_SEQUENCE = 64;
    private static final int ESC = 0x1b;
    private static final int BEL = 0x07;
    private static final int DEL = 0x7f;
    private static final int C1_LEAD = 0xc2;

    private final boolean terminal;
    private final boolean colours;
    private final ByteArrayOutputStream sequence = new ByteArrayOutputStream();
    private State state = State.TEXT;
    private boolean carriageReturn;

    private enum State {
        TEXT,
        ESCAPE,
        /** After ESC and a character that takes one more, such as the choice of a character set. */
        ESCAPE_MORE,
        /** ESC [ … up to a final byte. */
        CONTROL,
        /** A string for the terminal, up to BEL or ESC backslash. */
        STRING,
        STRING_ESCAPE,
        /** After 0xC2, which begins a C1 control character or a Latin one. */
        LEAD
    }

    /**
     * A filter.
     *
     * @param terminal false to let all bytes through
     * @param colours whether colours of the log are kept on a terminal
     */
    public LogText(boolean terminal, boolean colours) {
        this.terminal = terminal;
        this.colours = colours;
    }

    /** What is to be shown of the next {@code length} bytes of the log. */
    public byte[] filter(byte[] buffer, int length) {
        var out = new ByteArrayOutputStream(length + 1);
        for (int i = 0; i < length; i++) {
            take(buffer[i] & 0xff, out);
        }
        return out.toByteArray();
    }

    private void take(int b, ByteArrayOutputStream out) {
        switch (state) {
            case TEXT -> text(b, out);
            case ESCAPE -> escape(b);
            case ESCAPE_MORE -> state = State.TEXT;
            case CONTROL -> control(b, out);
            case STRING -> state = b == BEL ? State.TEXT : b == ESC ? State.STRING_ESCAPE : State.STRING;
            case STRING_ESCAPE -> state = b == '\\' ? State.TEXT : b == ESC ? State.STRING_ESCAPE : State.STRING;
            case LEAD -> {
                state = State.TEXT;
                if (b < 0x80 || b > 0x9f) {
                    plain(C1_LEAD, out);
                    text(b, out);
                }
            }
        }
    }

    private void text(int b, ByteArrayOutputStream out) {
        if (!terminal || b == '\n' || b == '\r' || b == '\t' || (b >= ' ' && b != DEL && b != C1_LEAD)) {
            plain(b, out);
        } else if (b == ESC) {
            state = State.ESCAPE;
        } else if (b == C1_LEAD) {
            state = State.LEAD;
        }
    }

    private void escape(int b) {
        sequence.reset();
        state = switch (b) {
            case '[' -> State.CONTROL;
            case ']', 'P', 'X', '^', '_' -> State.STRING;
            case '(', ')', '*', '+', '#', '%', ' ' -> State.ESCAPE_MORE;
            case ESC -> State.ESCAPE;
            default -> State.TEXT;
        };
    }

    private void control(int b, ByteArrayOutputStream out) {
        if (b == ESC) {
            state = State.ESCAPE;
        } else if (b == '\n') {
            state = State.TEXT;
            plain(b, out);
        } else if (b >= 0x40 && b <= 0x7e) {
            state = State.TEXT;
            if (b == 'm' && colours) {
                plain(ESC, out);
                plain('[', out);
                out.writeBytes(sequence.toByteArray());
                plain('m', out);
            }
        } else if (((b >= '0' && b <= '9') || b == ';' || b == ':') && sequence.size() < LONGEST_SEQUENCE) {
            sequence.write(b);
        }
    }

    private void plain(int b, ByteArrayOutputStream out) {
        if (carriageReturn && b != '\n') {
            out.write('\r');
        }
        carriageReturn = b == '\r';
        if (!carriageReturn) {
            out.write(b);
        }
    }
}
