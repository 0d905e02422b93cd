package dev.trivet.harmont.vcs;

import java.nio.charset.StandardCharsets;

/** Makes foreign text fit: bounded, and without what a terminal, a header or a column would stumble over. */
final class Words {
    private static final String ELLIPSIS = "…";

    private Words() {}

    /** One line of at most {@code longest} UTF-16 units; control characters and line breaks become spaces. */
    static String line(String text, int longest) {
        return cleaned(text, longest, false);
    }

    /** Several lines of at most {@code longest} UTF-16 units together; control characters other than line breaks and tabs become spaces. */
    static String block(String text, int longest) {
        return cleaned(text.replace("\r\n", "\n"), longest, true);
    }

    private static String cleaned(String text, int longest, boolean lines) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), longest));
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            if (clean.length() + Character.charCount(c) > longest) {
                break;
            }
            clean.appendCodePoint(isFit(c, lines) ? c : ' ');
            at += Character.charCount(c);
        }
        return clean.toString().strip();
    }

    private static boolean isFit(int c, boolean lines) {
        if (c == '\n' || c == '\t') {
            return lines;
        }
        return !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE;
    }

    /** The beginning of the text that takes at most {@code most} bytes of UTF-8, with an ellipsis where something was cut; never half a character. */
    static String cut(String text, int most) {
        if (text.length() * 3L <= most || bytes(text) <= most) {
            return text;
        }
        int room = most - bytes(ELLIPSIS);
        int end = 0;
        while (end < text.length()) {
            int c = text.codePointAt(end);
            room -= size(c);
            if (room < 0) {
                break;
            }
            end += Character.charCount(c);
        }
        return text.substring(0, end) + ELLIPSIS;
    }

    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static int size(int c) {
        if (c < 0x80) {
            return 1;
        }
        if (c < 0x800) {
            return 2;
        }
        return c < 0x10000 ? 3 : 4;
    }
}
