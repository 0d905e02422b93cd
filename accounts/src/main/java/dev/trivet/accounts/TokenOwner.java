package dev.trivet.accounts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A token together with its user, as needed to decide whether it counts. */
record TokenOwner(
        Principal principal,
        boolean bootstrap,
        @Nullable Instant expires,
        @Nullable Instant revoked,
        @Nullable Instant suspended,
        @Nullable Instant lastUsed) {

    /** What the token is at this time. */
    Authentication at(Instant now) {
        if (revoked != null) {
            return new Authentication.Revoked(revoked);
        }
        if (suspended != null) {
            return new Authentication.Suspended(principal.username());
        }
        if (expires != null && !now.isBefore(expires)) {
            return new Authentication.Expired(expires);
        }
        return new Authentication.Authenticated(principal);
    }
}
