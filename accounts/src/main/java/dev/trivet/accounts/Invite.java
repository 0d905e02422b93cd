package dev.trivet.accounts;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/** An invitation into an organization that was not accepted yet. */
public record Invite(UUID id, String email, Role role, Instant expires) {
    public Invite {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(email, "email is null");
        Objects.requireNonNull(role, "role is null");
        Objects.requireNonNull(expires, "expires is null");
    }

    /**
     * A new invitation.
     *
     * @param token what is shown once and then forgotten
     */
    public record New(Invite invite, String token) {
        /** Without the token: it must not get into a log. */
        @Override
        public String toString() {
            return "New[" + invite + "]";
        }
    }
}
