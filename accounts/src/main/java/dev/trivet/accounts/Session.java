package dev.trivet.accounts;

import java.time.Instant;
import java.util.Objects;

/**
 * A person signed in on the web.
 *
 * @param principal who, with the grants of the token they signed in with
 * @param csrfToken what a form posted by this session must carry
 * @param expires when it ends unless it is used before
 */
public record Session(Principal principal, String csrfToken, Instant expires) {
    public Session {
        Objects.requireNonNull(principal, "principal is null");
        Objects.requireNonNull(csrfToken, "csrfToken is null");
        Objects.requireNonNull(expires, "expires is null");
    }
}
