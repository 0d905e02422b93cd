package dev.trivet.srht.manifest;

import org.jspecify.annotations.Nullable;

/** The words for true and false where a boolean is expected: those of YAML 1.2 and those of YAML 1.1 (spec section 2). */
final class Truth {
    private Truth() {}

    /** True, false, or null for any other word. */
    static @Nullable Boolean of(String word) {
        return switch (word) {
            case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y" -> Boolean.TRUE;
            case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N" -> Boolean.FALSE;
            default -> null;
        };
    }
}
