package dev.trivet.srht.manifest;

import java.util.regex.Pattern;

/**
 * What a scalar is when nothing else is known about it. The rules are those of the reference's YAML library, which reads YAML 1.1
 * numbers ({@code 010} is octal) but takes {@code yes} and {@code no} for words unless a boolean is expected (spec section 2).
 */
enum ScalarType {
    NULL("nothing"),
    TRUE("a boolean"),
    FALSE("a boolean"),
    INTEGER("a number"),
    FLOAT("a number"),
    TEXT("a string");

    private static final Pattern INTEGERS =
            Pattern.compile("[-+]?(0|[1-9][0-9_]*|0[0-7_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|0b[01_]+)");
    private static final Pattern FLOATS =
            Pattern.compile("[-+]?(\\.[0-9][0-9_]*|[0-9][0-9_]*(\\.[0-9_]*)?)([eE][-+]?[0-9]{1,4})?");

    private final String words;

    ScalarType(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** The type of an unquoted scalar without a tag. */
    static ScalarType ofPlain(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> NULL;
            case "true", "True", "TRUE" -> TRUE;
            case "false", "False", "FALSE" -> FALSE;
            default -> ofNumber(text);
        };
    }

    private static ScalarType ofNumber(String text) {
        if (INTEGERS.matcher(text).matches()) {
            return INTEGER;
        }
        boolean dotOrExponent = text.indexOf('.') >= 0 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0;
        return dotOrExponent && FLOATS.matcher(text).matches() ? FLOAT : TEXT;
    }
}
