package dev.trivet.accounts;

import java.util.Locale;

/** Why a token was made. */
public enum TokenKind {
    /** Somebody made it for a purpose; it is listed. */
    PERSONAL,
    /** Signing in made it. */
    SESSION;

    /** The name in the database: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static TokenKind of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
