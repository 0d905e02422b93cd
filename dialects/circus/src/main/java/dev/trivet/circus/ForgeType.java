package dev.trivet.circus;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kinds of forges that send webhooks (spec section 1.2). */
public enum ForgeType {
    GITHUB,
    GITEA,
    FORGEJO,
    GITLAB;

    /** Its name in JSON, in paths and in the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of that name, if there is one. */
    public static Optional<ForgeType> named(String wireName) {
        return Arrays.stream(values())
                .filter(type -> type.wireName().equals(wireName))
                .findFirst();
    }
}
