package dev.trivet.web.ansi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Makes HTML lines of a log's bytes as they come, the same for the page and for its stream. What a carriage return starts anew replaces
 * what the line showed before, as a progress bar wants it. To be used by one thread at a time.
 */
public final class LogRenderer {
    /** Bytes of one line that are shown; the rest is left to the full log. */
    public static final int MAX_LINE_BYTES = 16 * 1024;

    private final String anchor;
    private Position position;
    private long offset;
    private byte[] shown = new byte[256];
    private int length;
    private boolean cut;
    private boolean returned;
    private final StringBuilder html = new StringBuilder();

    /**
     * A renderer that goes on at a position.
     *
     * @param anchor the log's name on the page: {@code setup}, {@code task-NAME}
     */
    public LogRenderer(String anchor, Position position) {
        this.anchor = Objects.requireNonNull(anchor, "anchor is null");
        this.position = Objects.requireNonNull(position, "position is null");
        this.offset = position.offset();
    }

    /** Takes the next bytes. */
    public void feed(byte[] bytes, int count) {
        for (int i = 0; i < count; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                Style after = line();
                restart(new Position(offset + 1, position.line() + 1, after));
            } else if (b == '\r') {
                returned = true;
            } else {
                if (returned) {
                    restart(new Position(offset, position.line(), render(new StringBuilder())));
                }
                add(b);
            }
            offset++;
        }
    }

    /** HTML of the lines since this was called before, the last one also if it has not ended: it comes again when it has grown. */
    public String take() {
        if (length > 0) {
            var _ = line();
        }
        String lines = html.toString();
        html.setLength(0);
        return lines;
    }

    /** Where one must go on to show neither too much nor too little: where the line began that {@link #take} may have to give again. */
    public Position position() {
        return position;
    }

    /** The offset of the next byte to feed. */
    public long offset() {
        return offset;
    }

    private void add(byte b) {
        if (length == MAX_LINE_BYTES) {
            cut = true;
            return;
        }
        if (length == shown.length) {
            shown = Arrays.copyOf(shown, Math.min(shown.length * 4, MAX_LINE_BYTES));
        }
        shown[length++] = b;
    }

    private void restart(Position from) {
        position = from;
        length = 0;
        cut = false;
        returned = false;
    }

    private Style line() {
        String id = anchor + "-" + position.line();
        html.append("<div class=\"l\" id=\"")
                .append(id)
                .append("\"><a href=\"#")
                .append(id)
                .append("\">")
                .append(position.line() + 1)
                .append("</a><span>");
        Style after = render(html);
        if (cut) {
            html.append("<em> … the line goes on in the full log</em>");
        }
        html.append("</span></div>\n");
        return after;
    }

    private Style render(StringBuilder to) {
        return AnsiText.render(new String(shown, 0, length, StandardCharsets.UTF_8), position.style(), to);
    }

    /**
     * A place where a log can be gone on with.
     *
     * @param offset of the first byte, at the beginning of a line or behind a carriage return
     * @param line number of its line, from 0
     * @param style that holds there
     */
    public record Position(long offset, long line, Style style) {
        /** The beginning of a log. */
        public static final Position START = new Position(0, 0, Style.PLAIN);

        public Position {
            Objects.requireNonNull(style, "style is null");
            if (offset < 0 || line < 0) {
                throw new IllegalArgumentException("offset and line are not negative: " + offset + ", " + line);
            }
        }
    }
}
