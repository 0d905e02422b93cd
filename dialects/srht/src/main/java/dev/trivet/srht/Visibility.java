package dev.trivet.srht;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Who may see a job (spec section 1). */
public enum Visibility {
    /** Everybody, and it is listed. */
    PUBLIC,
    /** Everybody who knows its number. */
    UNLISTED,
    /** The owner and those who were named. */
    PRIVATE;

    /** Lower case, as in the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The visibility of that name in any case. */
    public static Optional<Visibility> named(String name) {
        return Stream.of(values()).filter(v -> v.name().equalsIgnoreCase(name)).findFirst();
    }
}
