package dev.trivet.circus;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Principal;
import dev.trivet.accounts.User;
import dev.trivet.accounts.UserRegistry;
import dev.trivet.store.Database;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * API keys (spec sections 2.2, 2.9): tokens of the user who made them, each with one role. The texts are not kept. A key ends with its user.
 * Thread-safe.
 */
final class ApiKeys {
    private static final String PREFIX = "circus_";
    private static final int RANDOM_BYTES = 16;
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_TOKEN_NAME = 128;

    private final Database database;
    private final Accounts accounts;
    private final UserRegistry registry;
    private final Audit audit;
    private final SecureRandom random = new SecureRandom();

    ApiKeys(Database database, Accounts accounts, Audit audit) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.accounts = Objects.requireNonNull(accounts, "accounts is null");
        this.registry = accounts.registry();
        this.audit = Objects.requireNonNull(audit, "audit is null");
    }

    List<Map<String, @Nullable Object>> all() {
        return database.read(
                handle -> handle.createQuery("""
                        select k.id, k.name, k.role, k.created_at, t.last_used as last_used_at
                        from circus.api_keys k join accounts.tokens t on t.id = k.token_id
                        where t.revoked is null order by k.created_at desc, k.id
                        """).map(JsonRows.MAPPER).list());
    }

    /** Makes a key; the answer is the only place where its text is ever shown. */
    Map<String, Object> create(long userId, String name, Role role, Actor actor) {
        checkName(name);
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String text = PREFIX + HexFormat.of().formatHex(bytes);
        UUID id = UUID.randomUUID();
        var _ = registry.addToken(userId, tokenName(name), AccountRoles.grantsOf(role), text, (handle, token) -> {
            insert(handle, id, name, token.id(), role);
            Map<String, Object> details = Map.of("name", name, "role", role.wireName());
            audit.record(handle, actor, AuditAction.API_KEY_CREATE, "api_key", id, details);
        });
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("name", name);
        json.put("key", text);
        json.put("role", role.wireName());
        return json;
    }

    /** Takes it back, at once. */
    void delete(UUID id, Actor actor) {
        long token = database.read(handle ->
                        handle.createQuery("""
                        select k.token_id from circus.api_keys k join accounts.tokens t on t.id = k.token_id
                        where k.id = :id and t.revoked is null
                        """).bind("id", id).mapTo(Long.class).findOne())
                .orElseThrow(() -> CircusErrors.notFound("API key"));
        registry.endToken(token, (handle, ended) -> {
            handle.createUpdate("delete from circus.api_keys where id = :id")
                    .bind("id", id)
                    .execute();
            audit.record(handle, actor, AuditAction.API_KEY_DELETE, "api_key", id, Map.of());
        });
    }

    /** Sees to it that the first administrator has a key of this text with exactly this role (spec section 12.3). */
    void declare(String name, String text, Role role) {
        checkName(name);
        User owner = accounts.users().stream()
                .filter(user -> user.administrator() && !user.isSuspended())
                .min((one, other) -> Long.compare(one.id(), other.id()))
                .orElseThrow(() -> new IllegalStateException("there is no administrator"));
        registry.declareToken(
                owner.id(),
                tokenName(name),
                AccountRoles.grantsOf(role),
                text,
                (handle, token) -> insert(handle, UUID.randomUUID(), name, token, role));
    }

    /** A key as if it were a user (spec section 2.9, {@code GET /me}). */
    Map<String, @Nullable Object> asUser(Principal key, Role role) {
        return database.read(handle -> handle.createQuery("""
                        select coalesce(k.id, t.uid) as id, coalesce(k.name, t.name) as username, '' as email,
                            cast(null as text) as full_name, 'api_key' as user_type, :role as role, true as enabled,
                            true as email_verified, false as public_dashboard, t.created as created_at,
                            t.created as updated_at, t.last_used as last_login_at
                        from accounts.tokens t left join circus.api_keys k on k.token_id = t.id where t.id = :token
                        """)
                .bind("role", role.wireName())
                .bind("token", key.tokenId())
                .map(JsonRows.MAPPER)
                .one());
    }

    private static void insert(Handle handle, UUID id, String name, long token, Role role) {
        handle.createUpdate("""
                        insert into circus.api_keys (id, name, token_id, role) values (:id, :name, :token, :role)
                        on conflict (token_id) do update set name = :name, role = :role
                        """)
                .bind("id", id)
                .bind("name", name)
                .bind("token", token)
                .bind("role", role.wireName())
                .execute();
    }

    private static void checkName(String name) {
        if (name.isBlank() || name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw CircusErrors.invalid("name", "expected 1 to 255 characters without control characters");
        }
    }

    private static String tokenName(String name) {
        return name.length() <= LONGEST_TOKEN_NAME ? name : name.substring(0, LONGEST_TOKEN_NAME);
    }
}
