package dev.trivet.accounts;

import java.time.Instant;

/** What a token text turned out to be. */
public sealed interface Authentication {

    /** A token that counts. */
    record Authenticated(Principal principal) implements Authentication {}

    /** No token of this server. */
    record Unknown() implements Authentication {}

    /** A token whose time is over. */
    record Expired(Instant since) implements Authentication {}

    /** A token that was taken back. */
    record Revoked(Instant since) implements Authentication {}

    /** A token of a user who was suspended. */
    record Suspended(String username) implements Authentication {}
}
