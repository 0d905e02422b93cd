package dev.trivet.harmont.pipeline;

/** Strangers' text within a message or a plan: quoted, bounded, and harmless for a terminal. */
final class Quoted {
    private static final int MAX_LENGTH = 300;

    private Quoted() {}

    /** In double quotes, as JSON would write it; shortened beyond {@value #MAX_LENGTH} characters, which no key reaches. */
    static String of(String text) {
        return '"' + shortened(text, MAX_LENGTH) + '"';
    }

    /** Without quotes, cut to {@code length} characters before escaping. */
    static String shortened(String text, int length) {
        int end = Math.min(text.length(), length);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        var out = new StringBuilder(end + 8);
        text.substring(0, end).codePoints().forEach(point -> append(out, point));
        return end < text.length() ? out.append('…').toString() : out.toString();
    }

    /** As it is where it is a plain word, else quoted. */
    static String unlessPlain(String text) {
        boolean plain = !text.isEmpty() && text.chars().allMatch(Quoted::isPlain);
        return plain ? text : of(text);
    }

    private static boolean isPlain(int c) {
        return c < 128 && (Character.isLetterOrDigit(c) || "_-./:@+".indexOf(c) >= 0);
    }

    private static void append(StringBuilder out, int point) {
        switch (point) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (isVisible(point)) {
                    out.appendCodePoint(point);
                } else {
                    for (char unit : Character.toChars(point)) {
                        out.append("\\u%04x".formatted((int) unit));
                    }
                }
            }
        }
    }

    /** False for what would move a terminal's cursor or turn the direction of its text. */
    static boolean isVisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
