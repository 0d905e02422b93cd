package dev.trivet.http;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Authentication;
import dev.trivet.accounts.RunnerToken;
import dev.trivet.accounts.Session;
import dev.trivet.accounts.Sessions;
import java.util.Optional;

/** The identities of this installation's accounts. */
public record AccountIdentities(Accounts accounts, Sessions sessions) implements Identities {

    @Override
    public Authentication byToken(String tokenText) {
        return accounts.authenticate(tokenText);
    }

    @Override
    public Optional<RunnerToken> byRunnerToken(String tokenText) {
        return accounts.runnerTokens().authenticate(tokenText);
    }

    @Override
    public Optional<Session> bySession(String sessionId) {
        return sessions.find(sessionId);
    }
}
