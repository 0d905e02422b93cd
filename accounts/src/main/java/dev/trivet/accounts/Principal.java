package dev.trivet.accounts;

import java.util.Objects;

/**
 * Who makes a request, and what the credential lets them do.
 *
 * @param userId the user's number
 * @param username the user's name, without {@code ~}
 * @param email address for notes about builds
 * @param administrator whether the user is an administrator; see {@link #mayAdminister()}
 * @param tokenId the token that was shown, or with which the web session was opened
 * @param grants what that token allows
 */
public record Principal(
        long userId, String username, String email, boolean administrator, long tokenId, Grants grants) {
    public Principal {
        Objects.requireNonNull(username, "username is null");
        Objects.requireNonNull(email, "email is null");
        Objects.requireNonNull(grants, "grants is null");
    }

    /** True if the credential allows what {@code needed} asks for. */
    public boolean allows(Grant needed) {
        return grants.allows(needed);
    }

    /** True for an administrator whose token is not narrowed to some grants. */
    public boolean mayAdminister() {
        return administrator && grants.isAll();
    }

    /** {@code ~name}. */
    public String canonicalName() {
        return "~" + username;
    }
}
