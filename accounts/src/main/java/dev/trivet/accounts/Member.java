package dev.trivet.accounts;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A user in an organization.
 *
 * @param name what people call it
 */
public record Member(
        long userId, UUID uid, String email, @Nullable String name, Role role) {
    public Member {
        Objects.requireNonNull(uid, "uid is null");
        Objects.requireNonNull(email, "email is null");
        Objects.requireNonNull(role, "role is null");
    }
}
