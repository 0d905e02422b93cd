package dev.trivet.accounts;

import static dev.trivet.accounts.AccountRows.utc;

import dev.trivet.store.MigrationSet;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Users and tokens as rows. Each method works in the transaction of the handle it is given. */
public final class AccountStore {
    /** The tables of this module. */
    public static final MigrationSet MIGRATIONS = new MigrationSet("accounts", "dev/trivet/accounts/migrations");

    Optional<User> user(Handle handle, String username) {
        return handle.createQuery("SELECT * FROM accounts.users WHERE username = :username")
                .bind("username", username)
                .map(AccountRows.USER)
                .findOne();
    }

    Optional<User> user(Handle handle, long id) {
        return handle.createQuery("SELECT * FROM accounts.users WHERE id = :id")
                .bind("id", id)
                .map(AccountRows.USER)
                .findOne();
    }

    List<User> users(Handle handle, Collection<Long> ids) {
        return handle.createQuery("SELECT * FROM accounts.users WHERE id = any(:ids)")
                .bindArray("ids", Long.class, ids)
                .map(AccountRows.USER)
                .list();
    }

    List<User> users(Handle handle) {
        return handle.createQuery("SELECT * FROM accounts.users ORDER BY username")
                .map(AccountRows.USER)
                .list();
    }

    /** Empty if the name is taken. */
    Optional<User> insertUser(Handle handle, String username, String email, boolean administrator, Instant now) {
        return handle.createQuery("""
                        INSERT INTO accounts.users (username, email, administrator, created)
                        VALUES (:username, :email, :administrator, :now)
                        ON CONFLICT DO NOTHING RETURNING *""")
                .bind("username", username)
                .bind("email", email)
                .bind("administrator", administrator)
                .bind("now", utc(now))
                .map(AccountRows.USER)
                .findOne();
    }

    void suspend(Handle handle, long userId, @Nullable Instant since) {
        handle.createUpdate("UPDATE accounts.users SET suspended = :since WHERE id = :id")
                .bind("since", utc(since))
                .bind("id", userId)
                .execute();
    }

    void setAdministrator(Handle handle, long userId, boolean administrator) {
        handle.createUpdate("UPDATE accounts.users SET administrator = :administrator WHERE id = :id")
                .bind("administrator", administrator)
                .bind("id", userId)
                .execute();
    }

    void rename(Handle handle, long userId, String displayName) {
        handle.createUpdate("UPDATE accounts.users SET display_name = :name WHERE id = :id")
                .bind("name", displayName)
                .bind("id", userId)
                .execute();
    }

    void deleteUser(Handle handle, long userId) {
        handle.createUpdate("DELETE FROM accounts.users WHERE id = :id")
                .bind("id", userId)
                .execute();
    }

    /** Administrators that are not suspended, locked until the transaction ends so that two cannot remove each other. */
    List<Long> lockActiveAdministrators(Handle handle) {
        return handle.createQuery(
                        "SELECT id FROM accounts.users WHERE administrator AND suspended IS NULL ORDER BY id FOR UPDATE")
                .mapTo(Long.class)
                .list();
    }

    Token insertToken(
            Handle handle,
            long userId,
            String name,
            byte[] hash,
            Grants grants,
            boolean bootstrap,
            TokenKind kind,
            Instant now,
            @Nullable Instant expires) {
        return handle.createQuery("""
                        INSERT INTO accounts.tokens (user_id, name, hash, grants, bootstrap, kind, created, expires)
                        VALUES (:user, :name, :hash, :grants, :bootstrap, :kind, :now, :expires) RETURNING *""")
                .bind("user", userId)
                .bind("name", name)
                .bind("hash", hash)
                .bind("grants", grants.toString())
                .bind("bootstrap", bootstrap)
                .bind("kind", kind.wireName())
                .bind("now", utc(now))
                .bind("expires", utc(expires))
                .map(AccountRows.TOKEN)
                .one();
    }

    List<Token> tokens(Handle handle, long userId) {
        return handle.createQuery("SELECT * FROM accounts.tokens WHERE user_id = :user ORDER BY id")
                .bind("user", userId)
                .map(AccountRows.TOKEN)
                .list();
    }

    /** False if the user has no such token; a token that is revoked already stays as it is. */
    boolean revoke(Handle handle, long userId, long tokenId, Instant now) {
        return handle.createUpdate("""
                                UPDATE accounts.tokens SET revoked = coalesce(revoked, :now)
                                WHERE id = :id AND user_id = :user""")
                        .bind("now", utc(now))
                        .bind("id", tokenId)
                        .bind("user", userId)
                        .execute()
                == 1;
    }

    Optional<TokenOwner> findByHash(Handle handle, byte[] hash) {
        return handle.createQuery("""
                        SELECT t.id AS token_id, t.user_id, t.hash, t.grants, t.bootstrap, t.expires, t.revoked, t.last_used,
                               u.username, u.email, u.administrator, u.suspended
                        FROM accounts.tokens t JOIN accounts.users u ON u.id = t.user_id WHERE t.hash = :hash""").bind("hash", hash).map(AccountRows.OWNER).findOne();
    }

    /** Notes the use of a token unless that was done after {@code unlessAfter}. */
    void touch(Handle handle, long tokenId, Instant now, Instant unlessAfter) {
        handle.createUpdate("""
                        UPDATE accounts.tokens SET last_used = :now
                        WHERE id = :id AND (last_used IS NULL OR last_used <= :unlessAfter)""")
                .bind("now", utc(now))
                .bind("id", tokenId)
                .bind("unlessAfter", utc(unlessAfter))
                .execute();
    }

    /** The user of the bootstrap token, if there is one. */
    Optional<Long> bootstrapUser(Handle handle) {
        return handle.createQuery("SELECT user_id FROM accounts.tokens WHERE bootstrap")
                .mapTo(Long.class)
                .findOne();
    }

    /** Ends the bootstrap token unless it is the one of this hash. */
    void retireOtherBootstrap(Handle handle, byte[] hash, Instant now) {
        handle.createUpdate("""
                        UPDATE accounts.tokens SET bootstrap = false, revoked = coalesce(revoked, :now)
                        WHERE bootstrap AND hash <> :hash""").bind("now", utc(now)).bind("hash", hash).execute();
    }

    /** Makes a token that was the bootstrap token once, or still is, count again. */
    void reinstateBootstrap(Handle handle, long tokenId) {
        handle.createUpdate(
                        "UPDATE accounts.tokens SET bootstrap = true, revoked = NULL, expires = NULL WHERE id = :id")
                .bind("id", tokenId)
                .execute();
    }
}
