package dev.trivet.accounts;

import static dev.trivet.accounts.AccountRows.utc;

import dev.trivet.store.Database;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * Web sessions: opened with a token, able to do what the token can, ended with the token, by signing out, or when unused for the lifetime. Each
 * method may throw {@link dev.trivet.store.DatabaseUnavailableException}. Thread-safe.
 */
public final class Sessions {
    /** The usual lifetime. */
    public static final Duration LIFETIME = Duration.ofDays(14);

    /** So long who shows one is told that it expired, and then that it is not known. */
    private static final Duration EXPIRED_TOKENS_STAY = Duration.ofDays(7);

    private static final int LONGEST_ID = 200;
    private static final RowMapper<Row> ROW = (row, context) ->
            new Row(AccountRows.OWNER.map(row, context), AccountRows.presentInstant(row, "session_expires"));

    private final Database database;
    private final Accounts accounts;
    private final InstantSource clock;
    private final Duration lifetime;
    private final SecureRandom random = new SecureRandom();

    public Sessions(Database database, Accounts accounts, InstantSource clock, Duration lifetime) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.accounts = Objects.requireNonNull(accounts, "accounts is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.lifetime = Objects.requireNonNull(lifetime, "lifetime is null");
    }

    /** Opens a session for who has this token. */
    public SignIn signIn(String tokenText) {
        Authentication authentication = accounts.authenticate(tokenText);
        if (!(authentication instanceof Authentication.Authenticated(Principal principal))) {
            return new SignIn.Refused(authentication);
        }
        String id = Secret.random(random);
        Instant now = clock.instant();
        Instant expires = now.plus(lifetime);
        int _ = database.write(handle -> handle.createUpdate("""
                        INSERT INTO accounts.sessions (hash, token_id, created, expires)
                        VALUES (:hash, :token, :now, :expires)""")
                .bind("hash", Secret.hash(id))
                .bind("token", principal.tokenId())
                .bind("now", utc(now))
                .bind("expires", utc(expires))
                .execute());
        return new SignIn.Opened(id, new Session(principal, csrfToken(id), expires));
    }

    /** The session of this id, if it lasts. That it is used prolongs it. */
    public Optional<Session> find(String sessionId) {
        if (sessionId.isEmpty() || sessionId.length() > LONGEST_ID) {
            return Optional.empty();
        }
        byte[] hash = Secret.hash(sessionId);
        Instant now = clock.instant();
        Optional<Row> row = database.read(
                handle -> handle.createQuery("""
                        SELECT s.expires AS session_expires,
                               t.id AS token_id, t.user_id, t.grants, t.bootstrap, t.expires, t.revoked, t.last_used,
                               u.username, u.email, u.administrator, u.suspended
                        FROM accounts.sessions s
                        JOIN accounts.tokens t ON t.id = s.token_id
                        JOIN accounts.users u ON u.id = t.user_id
                        WHERE s.hash = :hash""").bind("hash", hash).map(ROW).findOne());
        if (row.isEmpty()
                || !now.isBefore(row.get().expires())
                || !(row.get().owner().at(now) instanceof Authentication.Authenticated(Principal principal))) {
            return Optional.empty();
        }
        Instant expires = prolonged(hash, row.get().expires(), now);
        return Optional.of(new Session(principal, csrfToken(sessionId), expires));
    }

    /** Ends the session, if there is one of this id. */
    public void signOut(String sessionId) {
        byte[] hash = Secret.hash(sessionId);
        int _ = database.write(handle -> handle.createUpdate("DELETE FROM accounts.sessions WHERE hash = :hash")
                .bind("hash", hash)
                .execute());
    }

    /**
     * Removes the rows of sessions that are over, and of tokens that were made by signing in and expired a week ago; to be called now and then.
     * Returns how many sessions there were.
     */
    public int purge() {
        Instant now = clock.instant();
        return database.write(handle -> {
            handle.createUpdate("DELETE FROM accounts.tokens WHERE kind = 'session' AND expires <= :before")
                    .bind("before", utc(now.minus(EXPIRED_TOKENS_STAY)))
                    .execute();
            return handle.createUpdate("DELETE FROM accounts.sessions WHERE expires <= :now")
                    .bind("now", utc(now))
                    .execute();
        });
    }

    /** Written only after a tenth of the lifetime, not with each page. */
    private Instant prolonged(byte[] hash, Instant expires, Instant now) {
        if (Duration.between(now, expires).compareTo(lifetime.multipliedBy(9).dividedBy(10)) >= 0) {
            return expires;
        }
        Instant later = now.plus(lifetime);
        int _ = database.write(
                handle -> handle.createUpdate("UPDATE accounts.sessions SET expires = :expires WHERE hash = :hash")
                        .bind("expires", utc(later))
                        .bind("hash", hash)
                        .execute());
        return later;
    }

    /** Derived from the id, which only the browser has: nothing more to store, and nobody who reads the table can forge a form. */
    private static String csrfToken(String sessionId) {
        return Secret.text(Secret.hash("csrf " + sessionId));
    }

    private record Row(TokenOwner owner, Instant expires) {}
}
