package dev.trivet.nix;

import java.util.regex.Pattern;

/** Texts of Nix, made plain and short. */
final class Words {
    /** The end of a message is what matters: how many of its characters are kept. */
    static final int LONGEST = 4096;

    private static final Pattern ANSI = Pattern.compile("\u001b\\[[0-9;?]*[A-Za-z]");

    private Words() {}

    /** Without colours. */
    static String plain(String text) {
        return text.indexOf('\u001b') < 0 ? text : ANSI.matcher(text).replaceAll("");
    }

    /** The last 4,096 characters. */
    static String end(String text) {
        String stripped = text.strip();
        if (stripped.length() <= LONGEST) {
            return stripped;
        }
        int from = stripped.length() - LONGEST + 1;
        return "…" + stripped.substring(Character.isLowSurrogate(stripped.charAt(from)) ? from + 1 : from);
    }

    /** A text as Nix writes it. */
    static String literal(String text) {
        StringBuilder literal = new StringBuilder("\"");
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            switch (c) {
                case '"', '\\', '$' -> literal.append('\\').append(c);
                case '\n' -> literal.append("\\n");
                case '\r' -> literal.append("\\r");
                case '\t' -> literal.append("\\t");
                default -> literal.append(c);
            }
        }
        return literal.append('"').toString();
    }

    /**
     * What a literal means that Nix has printed.
     *
     * @throws IllegalArgumentException if it is none
     */
    static String meaning(String literal) {
        if (literal.length() < 2 || !literal.startsWith("\"") || !literal.endsWith("\"")) {
            throw new IllegalArgumentException("not a text of Nix: " + literal);
        }
        StringBuilder text = new StringBuilder(literal.length());
        boolean escaped = false;
        for (char c : literal.substring(1, literal.length() - 1).toCharArray()) {
            if (escaped) {
                text.append(
                        switch (c) {
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 't' -> '\t';
                            default -> c;
                        });
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
