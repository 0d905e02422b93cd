package dev.trivet.http;

import java.time.Duration;

/**
 * The cookie that carries a web session's id. Browsers keep scripts away from it and send it only for requests of our own pages and for
 * links to them.
 *
 * @param secure whether it is bound to https and to exactly our host
 */
public record SessionCookie(boolean secure) {

    /** Its name. */
    public String name() {
        return secure ? "__Host-trivet_session" : "trivet_session";
    }

    /** Sets it. */
    public Header set(String sessionId, Duration lifetime) {
        return header(sessionId, lifetime.toSeconds());
    }

    /** Removes it. */
    public Header clear() {
        return header("", 0);
    }

    private Header header(String value, long seconds) {
        return new Header(
                "Set-Cookie",
                name() + "=" + value + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite=Lax"
                        + (secure ? "; Secure" : ""));
    }
}
