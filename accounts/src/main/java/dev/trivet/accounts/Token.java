package dev.trivet.accounts;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A credential of a user, without its text, which nobody knows but who was given it.
 *
 * @param id its number
 * @param userId whose it is
 * @param name what its owner calls it
 * @param grants what it allows
 * @param created when it was created
 * @param expires until when it counts, if it ends
 * @param revoked since when it does not count any more, if so
 * @param lastUsed when it was last shown, to the minute
 * @param uid the same token for the outside
 */
public record Token(
        long id,
        long userId,
        String name,
        Grants grants,
        Instant created,
        @Nullable Instant expires,
        @Nullable Instant revoked,
        @Nullable Instant lastUsed,
        UUID uid,
        TokenKind kind) {
    public Token {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(grants, "grants is null");
        Objects.requireNonNull(created, "created is null");
        Objects.requireNonNull(uid, "uid is null");
        Objects.requireNonNull(kind, "kind is null");
    }
}
