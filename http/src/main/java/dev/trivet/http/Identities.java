package dev.trivet.http;

import dev.trivet.accounts.Authentication;
import dev.trivet.accounts.Session;
import java.util.Optional;

/** Tells who stands behind a credential. Thread-safe. */
public interface Identities {

    /** What this token text is. */
    Authentication byToken(String tokenText);

    /** The session of this cookie value, if it lasts. Using a session prolongs it. */
    Optional<Session> bySession(String sessionId);
}
