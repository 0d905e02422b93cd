package dev.trivet.accounts;

import static dev.trivet.accounts.AccountRows.utc;

import dev.trivet.store.Database;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;

/**
 * Hands a session from a browser, where somebody is signed in, to a command line (spec harmont section 2.4). What is kept meanwhile is
 * only whose session it will be: the token is made when it is fetched. Each code works once, up to and including its last instant.
 * Thread-safe.
 */
public final class HandOffs {
    /** How long a nonce can be redeemed. */
    public static final Duration NONCE_LIFETIME = Duration.ofMinutes(1);

    /** How long a code can be redeemed. */
    public static final Duration CODE_LIFETIME = Duration.ofMinutes(5);

    /** How long the session lasts that is handed over. */
    public static final Duration SESSION_LIFETIME = Duration.ofDays(30);

    /** Digits and capitals without those that look like others. */
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static final int CODE_LENGTH = 16;
    private static final int LONGEST = 1024;

    private final Database database;
    private final Accounts accounts;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public HandOffs(Database database, Accounts accounts, InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.accounts = Objects.requireNonNull(accounts, "accounts is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** Parks a session under a nonce that the command line has chosen. */
    public void park(Principal principal, String nonce) {
        store(principal, nonce, NONCE_LIFETIME);
    }

    /** Parks a session under a new code of 16 characters that a person types. */
    public String code(Principal principal) {
        StringBuilder code = new StringBuilder(CODE_LENGTH);
        for (int place = 0; place < CODE_LENGTH; place++) {
            code.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        store(principal, code.toString(), CODE_LIFETIME);
        return code.toString();
    }

    /** The token of the session that was parked under this nonce or code; empty if there is none, or no more. */
    public Optional<String> redeem(String code) {
        if (code.isEmpty() || code.length() > LONGEST) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Optional<Parked> parked = database.write(handle -> handle.createQuery("""
                        WITH taken AS (DELETE FROM accounts.hand_offs WHERE hash = :hash RETURNING *)
                        SELECT u.username, taken.grants, taken.expires FROM taken JOIN accounts.users u ON u.id = taken.user_id""")
                .bind("hash", Secret.hash(code))
                .map((row, context) -> new Parked(
                        row.getString("username"),
                        Grants.parse(row.getString("grants")),
                        AccountRows.presentInstant(row, "expires")))
                .findOne());
        return parked.filter(found -> !now.isAfter(found.expires))
                .map(found -> accounts.createSession(found.username, found.grants, now.plus(SESSION_LIFETIME))
                        .text());
    }

    private void store(Principal principal, String code, Duration lifetime) {
        if (code.isEmpty() || code.length() > LONGEST) {
            throw new AccountException(
                    AccountException.Reason.BAD_INPUT, "a nonce should have 1 to " + LONGEST + " characters");
        }
        Instant now = clock.instant();
        Object _ = database.write(handle -> {
            handle.createUpdate("DELETE FROM accounts.hand_offs WHERE expires < :now")
                    .bind("now", utc(now))
                    .execute();
            return handle.createUpdate("""
                            INSERT INTO accounts.hand_offs (hash, user_id, grants, expires)
                            VALUES (:hash, :user, :grants, :expires)
                            ON CONFLICT (hash) DO UPDATE SET user_id = excluded.user_id, grants = excluded.grants,
                                expires = excluded.expires""")
                    .bind("hash", Secret.hash(code))
                    .bind("user", principal.userId())
                    .bind("grants", principal.grants().toString())
                    .bind("expires", utc(now.plus(lifetime)))
                    .execute();
        });
    }

    private record Parked(String username, Grants grants, Instant expires) {}
}
