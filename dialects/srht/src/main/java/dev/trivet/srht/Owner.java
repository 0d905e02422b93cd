package dev.trivet.srht;

import dev.trivet.accounts.Principal;
import java.util.Objects;

/**
 * Whose job it is.
 *
 * @param id number of the user
 * @param name without {@code ~}
 */
public record Owner(long id, String name) {
    public Owner {
        Objects.requireNonNull(name, "name is null");
    }

    /** The user behind a request. */
    public static Owner of(Principal principal) {
        return new Owner(principal.userId(), principal.username());
    }

    /** {@code ~name}. */
    public String canonicalName() {
        return "~" + name;
    }
}
