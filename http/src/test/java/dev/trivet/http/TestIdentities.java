package dev.trivet.http;

import dev.trivet.accounts.Authentication;
import dev.trivet.accounts.Grants;
import dev.trivet.accounts.Principal;
import dev.trivet.accounts.RunnerToken;
import dev.trivet.accounts.Session;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Users and sessions from a list, without a database. For tests. Tokens {@code admin}, {@code expired}, {@code revoked}, {@code suspended}. */
public final class TestIdentities implements Identities {
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    private final Map<String, Authentication> tokens = new HashMap<>();
    private final Map<String, Session> sessions = new HashMap<>();
    private long ids;

    public TestIdentities() {
        tokens.put("expired", new Authentication.Expired(LONG_AGO));
        tokens.put("revoked", new Authentication.Revoked(LONG_AGO));
        tokens.put("suspended", new Authentication.Suspended("mallory"));
        with("admin", true, Grants.ALL);
    }

    /** A user whose name, token and session id are the same text. */
    public TestIdentities with(String name, boolean administrator, Grants grants) {
        ids++;
        Principal principal = new Principal(ids, name, name + "@example.org", administrator, ids, grants);
        tokens.put(name, new Authentication.Authenticated(principal));
        sessions.put(name, new Session(principal, "csrf-" + name, Instant.MAX));
        return this;
    }

    @Override
    public Authentication byToken(String tokenText) {
        return tokens.getOrDefault(tokenText, new Authentication.Unknown());
    }

    @Override
    public Optional<RunnerToken> byRunnerToken(String tokenText) {
        return tokenText.equals("runner")
                ? Optional.of(new RunnerToken(1, tokenText, LONG_AGO, null, null))
                : Optional.empty();
    }

    @Override
    public Optional<Session> bySession(String sessionId) {
        return Optional.ofNullable(sessions.get(sessionId));
    }
}
