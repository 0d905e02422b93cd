package dev.trivet.circus;

import dev.trivet.accounts.Principal;
import dev.trivet.core.json.Json;
import dev.trivet.http.Request;
import dev.trivet.store.Database;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Writes down who did what (spec section 2.2). Secrets have no place in the details. Thread-safe. */
public final class Audit {
    private static final RowMapper<Actor> ACTOR = (row, context) -> new Actor(
            row.getString("kind"), row.getObject("id", UUID.class), row.getString("name"), row.getString("address"));

    private final Database database;

    public Audit(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /** Who makes this request. To be asked before the action, which may remove the one who acts. */
    public Actor actor(Request request) {
        return request.principal()
                .map(principal -> actor(principal, request.remoteAddress()))
                .orElseGet(() -> Actor.anonymous(null, request.remoteAddress()));
    }

    /** Who this is. */
    public Actor actor(Principal principal, String address) {
        return database.read(handle -> handle.createQuery("""
                        select case when k.id is null then 'user' else 'api_key' end as kind, coalesce(k.id, u.uid) as id,
                            coalesce(k.name, u.username) as name, :address as address
                        from accounts.users u left join circus.api_keys k on k.token_id = :token where u.id = :user
                        """)
                .bind("token", principal.tokenId())
                .bind("user", principal.userId())
                .bind("address", address)
                .map(ACTOR)
                .findOne()
                .orElseGet(() -> Actor.anonymous(principal.username(), address)));
    }

    /** Writes it in a transaction of its own, for what is not a change of rows. */
    public void record(
            Actor actor,
            AuditAction action,
            @Nullable String targetKind,
            @Nullable Object targetId,
            Map<String, ?> details) {
        boolean _ = database.write(handle -> {
            record(handle, actor, action, targetKind, targetId, details);
            return true;
        });
    }

    /** Writes it in the transaction of the change, so that there is never one without the other. */
    public void record(
            Handle handle,
            Actor actor,
            AuditAction action,
            @Nullable String targetKind,
            @Nullable Object targetId,
            Map<String, ?> details) {
        handle.createUpdate("""
                        insert into circus.audit_log
                            (actor_kind, actor_id, actor_name, action, target_kind, target_id, details, remote_addr)
                        values (:kind, :id, left(:name, 255), :action, :targetKind, :targetId, cast(:details as jsonb), :address)
                        """)
                .bind("kind", actor.kind())
                .bind("id", actor.id())
                .bind("name", actor.name() == null ? null : actor.name().replace("\0", ""))
                .bind("action", action.name())
                .bind("targetKind", targetKind)
                .bind("targetId", targetId == null ? null : targetId.toString())
                .bind("details", Json.write(details))
                .bind("address", actor.address())
                .execute();
    }

    /** A part of the log, newest first. */
    Map<String, Object> page(Window window) {
        return database.read(handle -> {
            List<Map<String, @Nullable Object>> items = handle.createQuery("""
                            select id, occurred_at, actor_kind, actor_id, actor_name, action, target_kind, target_id, details,
                                remote_addr
                            from circus.audit_log order by occurred_at desc, id limit :limit offset :offset
                            """)
                    .bind("limit", window.limit())
                    .bind("offset", window.offset())
                    .map(JsonRows.MAPPER)
                    .list();
            long total = handle.createQuery("select count(*) from circus.audit_log")
                    .mapTo(Long.class)
                    .one();
            return window.page(items, total);
        });
    }
}
