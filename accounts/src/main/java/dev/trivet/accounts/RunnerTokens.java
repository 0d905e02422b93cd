package dev.trivet.accounts;

import static dev.trivet.accounts.AccountRows.utc;
import static java.util.Objects.requireNonNull;

import dev.trivet.accounts.AccountException.Reason;
import dev.trivet.store.Database;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The credentials of remote runners. They are no user's: nothing but the runners' routes knows them, and those know nothing else. Every
 * method may throw {@link dev.trivet.store.DatabaseUnavailableException}. Thread-safe.
 */
public final class RunnerTokens {
    /** What every token made here begins with. Further 43 letters and digits follow. */
    public static final String PREFIX = "trvr_";

    private static final int LONGEST_TOKEN = 256;
    private static final int LONGEST_NAME = 128;

    private final Database database;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public RunnerTokens(Database database, InstantSource clock) {
        this.database = requireNonNull(database, "database is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /**
     * Creates a token.
     *
     * @param name what it is called, 1 to 128 characters
     * @throws AccountException if it cannot be called so
     */
    public NewRunnerToken create(String name) {
        if (name.isBlank() || name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new AccountException(
                    Reason.BAD_INPUT, "a runner token's name is 1 to " + LONGEST_NAME + " characters");
        }
        String text = PREFIX + Secret.random(random);
        RunnerToken token = database.write(handle -> handle.createQuery("""
                        INSERT INTO accounts.runner_tokens (name, hash, created) VALUES (:name, :hash, :now) RETURNING *""")
                .bind("name", name)
                .bind("hash", Secret.hash(text))
                .bind("now", utc(clock.instant()))
                .map((row, context) -> token(row))
                .one());
        return new NewRunnerToken(token, text);
    }

    /** All of them, oldest first, the revoked ones included. */
    public List<RunnerToken> list() {
        return database.read(
                handle -> handle.createQuery("SELECT * FROM accounts.runner_tokens ORDER BY id LIMIT 10000")
                        .map((row, context) -> token(row))
                        .list());
    }

    /**
     * Makes a token not count any more, at once and everywhere.
     *
     * @throws AccountException if there is none of this number
     */
    public void revoke(long id) {
        int found = database.write(handle -> handle.createUpdate(
                        "UPDATE accounts.runner_tokens SET revoked = coalesce(revoked, :now) WHERE id = :id")
                .bind("now", utc(clock.instant()))
                .bind("id", id)
                .execute());
        if (found == 0) {
            throw new AccountException(Reason.NOT_FOUND, "there is no runner token " + id);
        }
    }

    /** The token of this text, if it counts. */
    public Optional<RunnerToken> authenticate(String text) {
        if (!text.startsWith(PREFIX) || text.length() > LONGEST_TOKEN) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Optional<RunnerToken> found = database.read(handle -> handle.createQuery(
                        "SELECT * FROM accounts.runner_tokens WHERE hash = :hash AND revoked IS NULL")
                .bind("hash", Secret.hash(text))
                .map((row, context) -> token(row))
                .findOne());
        found.filter(token -> isStale(token, now))
                .ifPresent(token -> database.write(handle -> touch(handle, token, now)));
        return found;
    }

    private static boolean isStale(RunnerToken token, Instant now) {
        Instant used = token.lastUsed();
        return used == null || !used.isAfter(now.minus(Accounts.USE_NOTED_EVERY));
    }

    private static int touch(Handle handle, RunnerToken token, Instant now) {
        return handle.createUpdate("UPDATE accounts.runner_tokens SET last_used = :now WHERE id = :id")
                .bind("now", utc(now))
                .bind("id", token.id())
                .execute();
    }

    private static RunnerToken token(ResultSet row) throws SQLException {
        return new RunnerToken(
                row.getLong("id"),
                row.getString("name"),
                AccountRows.presentInstant(row, "created"),
                AccountRows.instant(row, "revoked"),
                AccountRows.instant(row, "last_used"));
    }
}
