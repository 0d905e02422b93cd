package dev.trivet.circus;

import dev.trivet.http.Header;
import java.time.Duration;
import java.util.Objects;

/**
 * A cookie as Circus sets it (spec section 2.2): not for scripts, for the whole server.
 *
 * @param lifetime how long browsers keep it
 * @param strict whether it is not even sent when a link of another site is followed
 */
record ApiCookie(String name, Duration lifetime, boolean strict, boolean secure) {
    /** Of people. */
    static final String USER_SESSION = "circus_user_session";
    /** Of who signed in with an API key. */
    static final String KEY_SESSION = "circus_session";

    ApiCookie {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(lifetime, "lifetime is null");
    }

    Header set(String value) {
        return header(value, lifetime.toSeconds());
    }

    Header clear() {
        return header("", 0);
    }

    private Header header(String value, long seconds) {
        return new Header(
                "Set-Cookie",
                name + "=" + value + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite="
                        + (strict ? "Strict" : "Lax") + (secure ? "; Secure" : ""));
    }
}
