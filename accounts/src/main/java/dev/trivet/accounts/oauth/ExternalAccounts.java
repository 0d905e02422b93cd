package dev.trivet.accounts.oauth;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.User;
import dev.trivet.store.Database;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Whose account here belongs to one elsewhere. An account elsewhere is known by the provider's own id of it. The first time it is seen it
 * becomes that of the one user who has the same address, if the provider has proved it; or else a new user's, where newcomers are welcome or
 * that address is invited. Thread-safe.
 */
public final class ExternalAccounts {
    private static final int LONGEST_NAME = 40;
    private static final int MOST_SUFFIXES = 10_000;

    private final Database database;
    private final Accounts accounts;
    private final boolean newcomers;
    private final InstantSource clock;

    /** @param newcomers whether somebody whom nobody has invited may sign up */
    public ExternalAccounts(Database database, Accounts accounts, boolean newcomers, InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.accounts = Objects.requireNonNull(accounts, "accounts is null");
        this.newcomers = newcomers;
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** The user; empty if there is none and none may be made. */
    public Optional<User> signIn(ExternalUser external) {
        Instant now = clock.instant();
        Optional<Long> id = database.write(handle -> {
            // Two first sign-ins of the same account at once make one user.
            handle.createQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(:account, 7))")
                    .bind("account", external.provider() + " " + external.subject())
                    .mapTo(Integer.class)
                    .one();
            Optional<Long> known = known(handle, external);
            if (known.isPresent()) {
                return known;
            }
            Optional<Long> mine = byEmail(handle, external);
            if (mine.isEmpty() && mayBegin(handle, external, now)) {
                mine = Optional.of(create(handle, external, now));
            }
            mine.ifPresent(user -> link(handle, external, user, now));
            return mine;
        });
        return id.flatMap(accounts::user);
    }

    private static Optional<Long> known(Handle handle, ExternalUser external) {
        return handle.createQuery(
                        "SELECT user_id FROM accounts.identities WHERE provider = :provider AND subject = :subject")
                .bind("provider", external.provider())
                .bind("subject", external.subject())
                .mapTo(Long.class)
                .findOne();
    }

    /** An address that several users have is nobody's. */
    private static Optional<Long> byEmail(Handle handle, ExternalUser external) {
        if (external.verifiedEmail().isEmpty()) {
            return Optional.empty();
        }
        List<Long> users = handle.createQuery("""
                        SELECT id FROM accounts.users u WHERE lower(email) = lower(:email) AND NOT EXISTS (
                            SELECT 1 FROM accounts.identities i WHERE i.user_id = u.id AND i.provider = :provider)
                        LIMIT 2""")
                .bind("email", external.verifiedEmail().get())
                .bind("provider", external.provider())
                .mapTo(Long.class)
                .list();
        return users.size() == 1 ? Optional.of(users.getFirst()) : Optional.empty();
    }

    private boolean mayBegin(Handle handle, ExternalUser external, Instant now) {
        return newcomers
                || external.verifiedEmail()
                        .filter(email -> isInvited(handle, email, now))
                        .isPresent();
    }

    private static boolean isInvited(Handle handle, String email, Instant now) {
        return handle.createQuery("""
                                SELECT count(*) FROM accounts.invites WHERE lower(email) = lower(:email) AND expires > :now""")
                        .bind("email", email)
                        .bind("now", Timestamp.from(now))
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    private static long create(Handle handle, ExternalUser external, Instant now) {
        String base = username(external.login());
        String email = external.verifiedEmail()
                .orElse(external.provider() + "-" + username(external.subject()) + "@oauth.local");
        for (int suffix = 1; suffix < MOST_SUFFIXES; suffix++) {
            Optional<Long> made = handle.createQuery("""
                            INSERT INTO accounts.users (username, email, display_name, created)
                            VALUES (:username, :email, :name, :now) ON CONFLICT (username) DO NOTHING RETURNING id""")
                    .bind("username", suffix == 1 ? base : base + "-" + suffix)
                    .bind("email", email)
                    .bind("name", displayName(external.name()))
                    .bind("now", Timestamp.from(now))
                    .mapTo(Long.class)
                    .findOne();
            if (made.isPresent()) {
                return made.get();
            }
        }
        throw new IllegalStateException("there are " + MOST_SUFFIXES + " users like " + base);
    }

    private static void link(Handle handle, ExternalUser external, long user, Instant now) {
        handle.createUpdate("""
                        INSERT INTO accounts.identities (provider, subject, user_id, created)
                        VALUES (:provider, :subject, :user, :now)""")
                .bind("provider", external.provider())
                .bind("subject", external.subject())
                .bind("user", user)
                .bind("now", Timestamp.from(now))
                .execute();
    }

    /** A user name as much like the login as one can be. */
    private static String username(String login) {
        String plain = login.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]+", "-");
        String named = plain.matches("[a-z_].*") ? plain : "u-" + plain;
        return named.substring(0, Math.min(LONGEST_NAME, named.length()));
    }

    private static @Nullable String displayName(@Nullable String name) {
        String plain = name == null ? "" : name.replaceAll("\\p{Cntrl}", " ").strip();
        return plain.isEmpty() ? null : plain.substring(0, Math.min(255, plain.length()));
    }
}
