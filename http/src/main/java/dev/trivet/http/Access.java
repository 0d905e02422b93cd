package dev.trivet.http;

import dev.trivet.accounts.Grant;
import dev.trivet.accounts.GrantLevel;
import dev.trivet.accounts.Principal;
import java.util.Objects;
import java.util.function.Predicate;

/** Who may call a route. Every route says it. */
public sealed interface Access {
    /** Everybody; a credential that is shown must be good. */
    Access PUBLIC = new Public(false);

    /** Everybody; a credential that is not known, expired or of another kind counts as none. */
    Access PUBLIC_LENIENT = new Public(true);

    /** Everybody with a good credential, whatever its grants. */
    Access AUTHENTICATED = new Authenticated();

    /** Administrators with a token or session that is not narrowed. */
    Access ADMINISTRATOR = new Administrator();

    /** Remote runners, by a runner token; no user, not even an administrator. */
    Access RUNNER = new Runner();

    /** People signed in on the web. */
    Access SESSION = new SignedIn();

    /** Holders of the grant {@code dialect/scope:read} (or write). */
    static Access reading(String dialect, String scope) {
        return new Granted(new Grant(dialect, scope, GrantLevel.READ));
    }

    /** Holders of the grant {@code dialect/scope:write}. */
    static Access writing(String dialect, String scope) {
        return new Granted(new Grant(dialect, scope, GrantLevel.WRITE));
    }

    /**
     * Everybody.
     *
     * @param lenient whether a bad credential counts as none instead of being refused
     */
    record Public(boolean lenient) implements Access {}

    /** Anybody who is known. */
    record Authenticated() implements Access {}

    /** Anybody whose credential has the grant. */
    record Granted(Grant grant) implements Access {}

    /** Administrators. */
    record Administrator() implements Access {}

    /**
     * Anybody known whom a dialect's own rule lets pass.
     *
     * @param needed what the caller must have, for the answer to who has not, such as {@code the role admin}
     * @param rule thread-safe
     */
    record Ruled(String needed, Predicate<Principal> rule) implements Access {
        public Ruled {
            Objects.requireNonNull(needed, "needed is null");
            Objects.requireNonNull(rule, "rule is null");
        }
    }

    /** Anybody whose credential is a runner token. */
    record Runner() implements Access {}

    /** Anybody known by a session, not by a token. */
    record SignedIn() implements Access {}
}
