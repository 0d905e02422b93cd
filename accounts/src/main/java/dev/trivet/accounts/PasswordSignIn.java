package dev.trivet.accounts;

import dev.trivet.store.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;

/** Sessions for people who show a password, or for whom another system vouched. Thread-safe. */
public final class PasswordSignIn {
    /** How long such a session lasts at most. */
    public static final Duration LIFETIME = Duration.ofDays(7);

    private final Database database;
    private final Accounts accounts;
    private final Sessions sessions;
    private final Passwords passwords;
    private final InstantSource clock;

    public PasswordSignIn(
            Database database, Accounts accounts, Sessions sessions, Passwords passwords, InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.accounts = Objects.requireNonNull(accounts, "accounts is null");
        this.sessions = Objects.requireNonNull(sessions, "sessions is null");
        this.passwords = Objects.requireNonNull(passwords, "passwords is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** How passwords are stored here. */
    public Passwords passwords() {
        return passwords;
    }

    /** Opens a session for who knows the user's password. How long a refusal takes does not tell whether there is such a user. */
    public SignIn signIn(String username, String password) {
        Optional<User> user = User.isUsername(username) ? accounts.user(username) : Optional.empty();
        if (!passwordIs(user, password)) {
            return new SignIn.Refused(new Authentication.Unknown());
        }
        return open(user.orElseThrow());
    }

    /** Opens a session for this user, who was made sure of. */
    public SignIn open(User user) {
        if (user.isSuspended()) {
            return new SignIn.Refused(new Authentication.Suspended(user.username()));
        }
        // Each adds rows, so each takes away those that are over.
        int _ = sessions.purge();
        NewToken token = accounts.createSession(
                user.username(), Grants.ALL, clock.instant().plus(LIFETIME));
        return sessions.signIn(token.text());
    }

    /** Whether the user has a password and this is it. */
    public boolean passwordIs(User user, String password) {
        return passwordIs(Optional.of(user), password);
    }

    private boolean passwordIs(Optional<User> user, String password) {
        Optional<String> stored =
                user.flatMap(known -> database.read(handle -> UserRows.passwordHash(handle, known.id())));
        return passwords.matches(password, stored.orElse(null));
    }
}
