package dev.trivet.accounts;

/** What came of an attempt to sign in on the web. */
public sealed interface SignIn {

    /**
     * Signed in.
     *
     * @param sessionId the cookie's value, known to nobody else
     * @param session who, and what their forms must carry
     */
    record Opened(String sessionId, Session session) implements SignIn {
        /** Without the id: it must not get into a log. */
        @Override
        public String toString() {
            return "Opened[" + session.principal().username() + "]";
        }
    }

    /**
     * Not signed in.
     *
     * @param why what the token is, anything but authenticated
     */
    record Refused(Authentication why) implements SignIn {}
}
