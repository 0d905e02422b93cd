package dev.trivet.server;

import java.util.Locale;
import java.util.Objects;

/**
 * One key of the configuration. In the file it is {@code name} in table {@code [section]}; in the environment
 * {@code TRIVET_<SECTION>_<NAME>}, and for the options of the command line also {@code TRIVET_<NAME>}.
 *
 * @param fallback its value when nobody says it, as text; empty for none
 * @param meaning one line for people
 */
record Key(String section, String name, String fallback, String meaning) {
    Key {
        Objects.requireNonNull(fallback, "fallback is null");
        Objects.requireNonNull(meaning, "meaning is null");
    }

    /** {@code section.name}. */
    String path() {
        return section + "." + name;
    }

    String variable() {
        return "TRIVET_" + section.toUpperCase(Locale.ROOT).replace('.', '_') + "_" + name.toUpperCase(Locale.ROOT);
    }
}
