package dev.trivet.circus;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Passwords;
import dev.trivet.accounts.User;
import dev.trivet.accounts.UserRegistry;
import dev.trivet.accounts.UserRegistry.Change;
import dev.trivet.accounts.UserRegistry.Fresh;
import dev.trivet.store.Database;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Users as this contract knows them: those of accounts, with a row of this dialect beside. The role admin is being an administrator of the
 * whole server. Values are taken as they are; {@link PersonRules} looks at them before. Thread-safe.
 */
final class Users {
    private static final String COLUMNS = "id, username, email, full_name, user_type, role, enabled, email_verified,"
            + " public_dashboard, created_at, updated_at, last_login_at";

    private final Database database;
    private final UserRegistry registry;
    private final Passwords passwords;

    Users(Database database, Accounts accounts, Passwords passwords) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.registry = accounts.registry();
        this.passwords = Objects.requireNonNull(passwords, "passwords is null");
    }

    /** What becomes different; null for what stays. */
    record Edit(
            @Nullable String email,
            @Nullable String fullName,
            @Nullable String password,
            @Nullable Role role,
            @Nullable Boolean enabled,
            @Nullable Boolean publicDashboard) {}

    /** As UserResponse (spec section 2.9), newest first. */
    List<Map<String, @Nullable Object>> page(Window window) {
        return database.read(handle -> handle.createQuery("select " + COLUMNS
                        + " from circus.people order by created_at desc, user_id desc limit :limit offset :offset")
                .bind("limit", window.limit())
                .bind("offset", window.offset())
                .map(JsonRows.MAPPER)
                .list());
    }

    /** As UserResponse. */
    Map<String, @Nullable Object> view(long userId) {
        return database.read(
                        handle -> handle.createQuery("select " + COLUMNS + " from circus.people where user_id = :user")
                                .bind("user", userId)
                                .map(JsonRows.MAPPER)
                                .findOne())
                .orElseThrow(() -> CircusErrors.notFound("user"));
    }

    /** The number of the user of this id. */
    long number(UUID id) {
        return registry.byUid(id).map(User::id).orElseThrow(() -> CircusErrors.notFound("user"));
    }

    User create(
            String username,
            String email,
            @Nullable String fullName,
            String password,
            Role role,
            BiConsumer<Handle, User> along) {
        boolean administrator = role == Role.ADMIN;
        Fresh fresh = new Fresh(username, email, fullName, passwords.hash(password), administrator);
        return registry.create(fresh, (handle, user) -> {
            row(handle, user.id(), administrator ? null : role, null);
            along.accept(handle, user);
        });
    }

    /**
     * Changes a user.
     *
     * @param keptToken of the one session that a new password does not end, or null
     */
    void change(long userId, Edit edit, @Nullable Long keptToken, BiConsumer<Handle, User> along) {
        Role role = edit.role();
        String hash = edit.password() == null ? null : passwords.hash(edit.password());
        Change change = new Change(
                edit.email(),
                edit.fullName(),
                hash,
                role == null ? null : role == Role.ADMIN,
                edit.enabled() == null ? null : !edit.enabled(),
                keptToken);
        User _ = registry.change(userId, change, (handle, user) -> {
            row(handle, userId, role == Role.ADMIN ? null : role, edit.publicDashboard());
            along.accept(handle, user);
        });
    }

    void delete(long userId, BiConsumer<Handle, User> along) {
        registry.delete(userId, along);
    }

    /**
     * The user for whom GitHub or a directory vouches.
     *
     * @param type {@code github} or {@code ldap}
     */
    User vouchedFor(String type, String subject, Fresh fresh, String otherwise, boolean verified) {
        return registry.vouchedFor(
                type,
                subject,
                fresh,
                otherwise,
                (handle, user) -> handle.createUpdate("""
                        insert into circus.users (user_id, user_type, email_verified) values (:user, :type, :verified)
                        on conflict (user_id) do nothing
                        """)
                        .bind("user", user.id())
                        .bind("type", type)
                        .bind("verified", verified)
                        .execute());
    }

    /** Notes that the user signed in. */
    void signedIn(long userId) {
        int _ = database.write(
                handle -> handle.createUpdate("""
                        insert into circus.users (user_id, last_login_at) values (:user, now())
                        on conflict (user_id) do update set last_login_at = now()
                        """).bind("user", userId).execute());
    }

    private static void row(Handle handle, long userId, @Nullable Role role, @Nullable Boolean publicDashboard) {
        handle.createUpdate("""
                        insert into circus.users (user_id, role, public_dashboard)
                        values (:user, coalesce(:role, 'read-only'), coalesce(:public, false))
                        on conflict (user_id) do update set role = coalesce(:role, circus.users.role),
                            public_dashboard = coalesce(:public, circus.users.public_dashboard), updated_at = now()
                        """)
                .bind("user", userId)
                .bind("role", role == null ? null : role.wireName())
                .bind("public", publicDashboard)
                .execute();
    }
}
