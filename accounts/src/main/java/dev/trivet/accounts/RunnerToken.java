package dev.trivet.accounts;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A credential of remote runners, without its text.
 *
 * @param id its number
 * @param name what the administrator calls it
 * @param revoked since when it does not count any more, if so
 * @param lastUsed when it was last shown, to the minute
 */
public record RunnerToken(
        long id,
        String name,
        Instant created,
        @Nullable Instant revoked,
        @Nullable Instant lastUsed) {
    public RunnerToken {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(created, "created is null");
    }
}
