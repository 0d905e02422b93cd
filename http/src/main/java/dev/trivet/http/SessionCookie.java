package dev.trivet.http;

import java.time.Duration;

/**
 * The cookie that carries a web session's id. Browsers keep scripts away from it and send it only for requests of our own pages and for
 * links to them.
 *
 * @param secure whether it is bound to https and to exactly our host
 */
public record SessionCookie(boolean secure) {
    private static final Duration MOST = Duration.ofDays(400);

    /** Its name. */
    public String name() {
        return secure ? "__Host-trivet_session" : "trivet_session";
    }

    /** Sets it for as long as browsers allow: when the session ends is the server's decision. */
    public Header set(String sessionId) {
        return header(sessionId, MOST.toSeconds());
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
