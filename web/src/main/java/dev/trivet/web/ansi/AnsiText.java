package dev.trivet.web.ansi;

/**
 * Terminal output without line ends as HTML. Colours and the like become spans, everything else that would move a terminal's cursor,
 * rename its window or ring its bell is left out, and all text is escaped: whatever a build prints, it stays text.
 */
final class AnsiText {
    private static final char ESCAPE = '\u001b';
    private static final char BELL = '\u0007';

    private final String text;
    private final StringBuilder html;
    private Style style;
    private Style shown = Style.PLAIN;
    private int at;

    private AnsiText(String text, Style style, StringBuilder html) {
        this.text = text;
        this.style = style;
        this.html = html;
    }

    /**
     * Appends the text to {@code html}.
     *
     * @return the style that holds behind it
     */
    static Style render(String text, Style style, StringBuilder html) {
        return new AnsiText(text, style, html).render();
    }

    private Style render() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == ESCAPE) {
                escape();
            } else if (c == '\t' || (c >= ' ' && c < 0x7f) || c > 0x9f) {
                print(c);
            }
        }
        if (!shown.equals(Style.PLAIN)) {
            html.append("</span>");
        }
        return style;
    }

    private void escape() {
        if (at == text.length()) {
            return;
        }
        char kind = text.charAt(at++);
        if (kind == '[') {
            control();
        } else if (kind == ']' || kind == 'P' || kind == 'X' || kind == '^' || kind == '_') {
            skipString();
        } else {
            while (kind >= ' ' && kind <= '/' && at < text.length()) {
                kind = text.charAt(at++);
            }
        }
    }

    /** {@code ESC [ parameters letter}. */
    private void control() {
        int start = at;
        while (at < text.length() && text.charAt(at) >= ' ' && text.charAt(at) <= '?') {
            at++;
        }
        if (at == text.length()) {
            return;
        }
        char last = text.charAt(at);
        boolean ends = last >= '@' && last <= '~';
        if (ends && last == 'm') {
            style = style.after(text.substring(start, at));
        }
        at += ends ? 1 : 0;
    }

    /** A window title, a link and the like: up to the bell or {@code ESC \}. */
    private void skipString() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == BELL) {
                return;
            }
            if (c == ESCAPE) {
                at += at < text.length() && text.charAt(at) == '\\' ? 1 : 0;
                return;
            }
        }
    }

    private void print(char c) {
        if (!style.equals(shown)) {
            html.append(shown.equals(Style.PLAIN) ? "" : "</span>").append(style.tag());
            shown = style;
        }
        switch (c) {
            case '&' -> html.append("&amp;");
            case '<' -> html.append("&lt;");
            case '>' -> html.append("&gt;");
            case '"' -> html.append("&quot;");
            case '\'' -> html.append("&#39;");
            default -> html.append(c);
        }
    }
}
