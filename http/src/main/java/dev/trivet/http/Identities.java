package dev.trivet.http;

import dev.trivet.accounts.Authentication;
import dev.trivet.accounts.RunnerToken;
import dev.trivet.accounts.Session;
import java.util.Optional;

/** Tells who stands behind a credential. Thread-safe. */
public interface Identities {

    /** What this token text is. */
    Authentication byToken(String tokenText);

    /** The runner token of this text, if it counts; a text that is good here is never good as a user's token, nor the other way round. */
    default Optional<RunnerToken> byRunnerToken(String tokenText) {
        return Optional.empty();
    }

    /** The session of this cookie value, if it lasts. Using a session prolongs it. */
    Optional<Session> bySession(String sessionId);
}
