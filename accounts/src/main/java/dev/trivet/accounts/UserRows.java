package dev.trivet.accounts;

import static dev.trivet.accounts.AccountRows.utc;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What {@link UserRegistry} and {@link PasswordSignIn} ask and change of users, in the transaction of the handle they give. */
final class UserRows {
    private UserRows() {}

    static Optional<User> byUid(Handle handle, UUID uid) {
        return handle.createQuery("SELECT * FROM accounts.users WHERE uid = :uid")
                .bind("uid", uid)
                .map(AccountRows.USER)
                .findOne();
    }

    static Optional<User> byIdentity(Handle handle, String provider, String subject) {
        return handle.createQuery("""
                        SELECT u.* FROM accounts.users u JOIN accounts.identities i ON i.user_id = u.id
                        WHERE i.provider = :provider AND i.subject = :subject""")
                .bind("provider", provider)
                .bind("subject", subject)
                .map(AccountRows.USER)
                .findOne();
    }

    static void insertIdentity(Handle handle, String provider, String subject, long userId) {
        handle.createUpdate(
                        "INSERT INTO accounts.identities (provider, subject, user_id) VALUES (:provider, :subject, :user)")
                .bind("provider", provider)
                .bind("subject", subject)
                .bind("user", userId)
                .execute();
    }

    static boolean nameTaken(Handle handle, String username) {
        return handle.createQuery("SELECT EXISTS (SELECT FROM accounts.users WHERE lower(username) = lower(:username))")
                .bind("username", username)
                .mapTo(Boolean.class)
                .one();
    }

    /** Whether another user than that one has it. */
    static boolean addressTaken(Handle handle, String email, long except) {
        return handle.createQuery("""
                        SELECT EXISTS (SELECT FROM accounts.users WHERE lower(email) = lower(:email) AND id <> :except)""")
                .bind("email", email)
                .bind("except", except)
                .mapTo(Boolean.class)
                .one();
    }

    static Optional<String> passwordHash(Handle handle, long userId) {
        return handle.createQuery(
                        "SELECT password_hash FROM accounts.users WHERE id = :id AND password_hash IS NOT NULL")
                .bind("id", userId)
                .mapTo(String.class)
                .findOne();
    }

    static void update(Handle handle, long userId, UserRegistry.Change change, Instant now) {
        handle.createUpdate("""
                        UPDATE accounts.users SET
                            email = coalesce(:email, email),
                            display_name = coalesce(:name, display_name),
                            password_hash = coalesce(:hash, password_hash),
                            administrator = coalesce(:administrator, administrator),
                            suspended = CASE WHEN :suspended IS NULL THEN suspended
                                WHEN :suspended THEN coalesce(suspended, :now) END
                        WHERE id = :id""")
                .bind("email", change.email())
                .bind("name", change.displayName())
                .bind("hash", change.passwordHash())
                .bind("administrator", change.administrator())
                .bind("suspended", change.suspended())
                .bind("now", utc(now))
                .bind("id", userId)
                .execute();
    }

    static void declareToken(Handle handle, long tokenId, long userId, String name, Grants grants) {
        handle.createUpdate("""
                        UPDATE accounts.tokens SET user_id = :user, name = :name, grants = :grants, revoked = NULL
                        WHERE id = :id""")
                .bind("user", userId)
                .bind("name", name)
                .bind("grants", grants.toString())
                .bind("id", tokenId)
                .execute();
    }

    static void endToken(Handle handle, long tokenId, Instant now) {
        handle.createUpdate("UPDATE accounts.tokens SET revoked = coalesce(revoked, :now) WHERE id = :id")
                .bind("now", utc(now))
                .bind("id", tokenId)
                .execute();
    }

    static void endSessions(Handle handle, long userId, @Nullable Long exceptToken, Instant now) {
        handle.createUpdate("""
                        UPDATE accounts.tokens SET revoked = :now
                        WHERE user_id = :user AND kind = 'session' AND revoked IS NULL
                            AND id IS DISTINCT FROM CAST(:except AS bigint)""")
                .bind("now", utc(now))
                .bind("except", exceptToken)
                .bind("user", userId)
                .execute();
    }
}
