package dev.trivet.circus;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who did something.
 *
 * @param kind {@code user}, {@code api_key} or {@code anonymous}
 * @param id of the user or key
 * @param name of the user or key, or what somebody unknown said that it is
 * @param address of the peer
 */
public record Actor(
        String kind,
        @Nullable UUID id,
        @Nullable String name,
        @Nullable String address) {
    public Actor {
        Objects.requireNonNull(kind, "kind is null");
    }

    /** Somebody unknown. */
    static Actor anonymous(@Nullable String name, String address) {
        return new Actor("anonymous", null, name == null || name.isEmpty() ? null : name, address);
    }
}
