package dev.trivet.accounts.oauth;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.User;
import dev.trivet.accounts.UserRegistry.Fresh;
import dev.trivet.store.Database;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whose account here belongs to one elsewhere. An account elsewhere is known by the provider's own id of it, never by an address: people
 * change theirs here as they like, and it would make somebody else's account one's own. The first time it is seen it becomes a new user's,
 * where newcomers are welcome or the address that the provider has proved is invited. Thread-safe.
 */
public final class ExternalAccounts {
    private static final int LONGEST_NAME = 32;
    private static final int LONGEST_DISPLAY_NAME = 255;

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
        Optional<User> known = known(external);
        if (known.isPresent() || !mayBegin(external)) {
            return known;
        }
        String otherwise = external.provider() + "-" + username(external.subject()) + "@oauth.local";
        return Optional.of(accounts.registry()
                .vouchedFor(
                        external.provider(),
                        external.subject(),
                        new Fresh(
                                username(external.login()),
                                external.verifiedEmail().orElse(otherwise),
                                displayName(external.name()),
                                null,
                                false),
                        otherwise,
                        (handle, user) -> {}));
    }

    /** Whether the user has one of these accounts of a provider. */
    public boolean has(long userId, String provider, List<String> subjects) {
        return database.read(handle -> handle.createQuery("""
                                SELECT count(*) FROM accounts.identities
                                WHERE user_id = :user AND provider = :provider AND subject = ANY(:subjects)""")
                        .bind("user", userId)
                        .bind("provider", provider)
                        .bindArray("subjects", String.class, subjects)
                        .mapTo(Long.class)
                        .one())
                > 0;
    }

    private Optional<User> known(ExternalUser external) {
        Optional<Long> id = database.read(handle -> handle.createQuery(
                        "SELECT user_id FROM accounts.identities WHERE provider = :provider AND subject = :subject")
                .bind("provider", external.provider())
                .bind("subject", external.subject())
                .mapTo(Long.class)
                .findOne());
        return id.flatMap(accounts::user);
    }

    private boolean mayBegin(ExternalUser external) {
        return newcomers || external.verifiedEmail().filter(this::isInvited).isPresent();
    }

    private boolean isInvited(String email) {
        return database.read(handle -> handle.createQuery("""
                                SELECT count(*) FROM accounts.invites WHERE lower(email) = lower(:email) AND expires > :now""")
                        .bind("email", email)
                        .bind("now", Timestamp.from(clock.instant()))
                        .mapTo(Long.class)
                        .one())
                > 0;
    }

    /** A user name as much like the login as one can be, in every contract. */
    private static String username(String login) {
        String plain = login.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]+", "-");
        String named = plain.matches("[a-z_].*") ? plain : "u-" + plain;
        return named.substring(0, Math.min(LONGEST_NAME, named.length()));
    }

    private static @Nullable String displayName(@Nullable String name) {
        String plain = name == null ? "" : name.replaceAll("\\p{Cntrl}", " ").strip();
        return plain.isEmpty() ? null : plain.substring(0, Math.min(LONGEST_DISPLAY_NAME, plain.length()));
    }
}
