package dev.trivet.circus.notify;

import dev.trivet.core.json.Json;
import dev.trivet.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** How projects tell of their builds, as rows; what is secret in them is sealed. Thread-safe. */
public final class ConfigStore {
    private final Database database;
    private final Sealing sealing;
    private final TargetReader reader;

    public ConfigStore(Database database, Sealing sealing, TargetReader reader) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.sealing = Objects.requireNonNull(sealing, "sealing is null");
        this.reader = Objects.requireNonNull(reader, "reader is null");
    }

    /**
     * A project's way to tell of its builds.
     *
     * @param config as it is kept
     */
    record Row(UUID id, UUID projectId, NotificationType type, JsonNode config, boolean enabled, Instant createdAt) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    Objects.requireNonNull(row.getObject("id", UUID.class), "id is null"),
                    Objects.requireNonNull(row.getObject("project_id", UUID.class), "project_id is null"),
                    NotificationType.named(row.getString("notification_type"))
                            .orElseThrow(() -> new IllegalStateException("a kind of notification that is not known")),
                    Json.MAPPER.readTree(row.getString("config")),
                    row.getBoolean("enabled"),
                    row.getObject("created_at", OffsetDateTime.class).toInstant());
        }

        String place() {
            return SealedConfig.place(projectId, type);
        }
    }

    /** Those of a project as they may be shown, by kind. */
    public List<Map<String, @Nullable Object>> list(UUID projectId) {
        return database
                .read(handle -> handle.createQuery(
                                "select * from circus.notification_configs where project_id = :project order by notification_type")
                        .bind("project", projectId)
                        .map((row, context) -> Row.of(row))
                        .list())
                .stream()
                .map(this::shown)
                .toList();
    }

    /**
     * Makes one; empty if the project has one of the kind already, or is not there.
     *
     * @throws ConfigException if it cannot be
     */
    public Optional<Map<String, @Nullable Object>> insert(
            Handle handle, UUID projectId, NotificationType type, JsonNode config, boolean enabled) {
        Target _ = reader.read(type, config);
        return handle.createQuery("""
                        insert into circus.notification_configs (project_id, notification_type, config, enabled)
                        select p.id, :type, cast(:config as jsonb), :enabled from circus.projects p where p.id = :project
                        for key share on conflict (project_id, notification_type) do nothing returning *
                        """)
                .bind("project", projectId)
                .bind("type", type.wireName())
                .bind("config", sealed(projectId, type, config))
                .bind("enabled", enabled)
                .map((row, context) -> Row.of(row))
                .findOne()
                .map(this::shown);
    }

    private String sealed(UUID projectId, NotificationType type, JsonNode config) {
        return SealedConfig.sealed(config, sealing, SealedConfig.place(projectId, type))
                .toString();
    }

    /** Removes one; false if it is not there or another project's. */
    public boolean delete(Handle handle, UUID projectId, UUID id) {
        return handle.createUpdate("delete from circus.notification_configs where id = :id and project_id = :project")
                        .bind("id", id)
                        .bind("project", projectId)
                        .execute()
                > 0;
    }

    /**
     * Makes these all of the project; what is so already is not written.
     *
     * @throws ConfigException if one of them cannot be
     */
    public void declare(Handle handle, UUID projectId, List<Declared> declared) {
        handle.createUpdate("""
                        delete from circus.notification_configs where project_id = :project and not notification_type = any(:types)
                        """)
                .bind("project", projectId)
                .bindArray(
                        "types",
                        String.class,
                        declared.stream().map(one -> one.type.wireName()).toList())
                .execute();
        for (Declared one : declared) {
            Target _ = reader.read(one.type, one.config);
            if (!isKept(handle, projectId, one)) {
                handle.createUpdate("""
                                insert into circus.notification_configs (project_id, notification_type, config, enabled)
                                values (:project, :type, cast(:config as jsonb), :enabled)
                                on conflict (project_id, notification_type) do update set config = excluded.config,
                                    enabled = excluded.enabled
                                """)
                        .bind("project", projectId)
                        .bind("type", one.type.wireName())
                        .bind("config", sealed(projectId, one.type, one.config))
                        .bind("enabled", one.enabled)
                        .execute();
            }
        }
    }

    /** What is declared of one kind. Not shown: it has secrets. */
    public record Declared(NotificationType type, JsonNode config, boolean enabled) {
        @Override
        public String toString() {
            return type.wireName();
        }
    }

    private boolean isKept(Handle handle, UUID projectId, Declared one) {
        return handle.createQuery("""
                        select * from circus.notification_configs where project_id = :project and notification_type = :type
                        """)
                .bind("project", projectId)
                .bind("type", one.type.wireName())
                .map((row, context) -> Row.of(row))
                .findOne()
                .filter(row -> row.enabled == one.enabled
                        && opened(row)
                                .filter(Json.MAPPER.readTree(one.config.toString())::equals)
                                .isPresent())
                .isPresent();
    }

    /** One by its id; empty if it is not there. */
    Optional<Row> find(UUID id) {
        return database.read(handle -> handle.createQuery("select * from circus.notification_configs where id = :id")
                .bind("id", id)
                .map((row, context) -> Row.of(row))
                .findOne());
    }

    /** Those of these projects. */
    List<Row> of(Handle handle, Collection<UUID> projects) {
        return handle.createQuery("select * from circus.notification_configs where project_id = any(:projects)")
                .bindArray("projects", UUID.class, projects)
                .map((row, context) -> Row.of(row))
                .list();
    }

    /**
     * Where a row leads.
     *
     * @throws ConfigException if it cannot be read any more: it was sealed under another key, or the server's configuration has changed
     */
    Target target(Row row) {
        JsonNode opened = opened(row)
                .orElseThrow(() -> new ConfigException("config", "was stored under another key and cannot be read"));
        return reader.read(row.type, opened);
    }

    private Optional<JsonNode> opened(Row row) {
        return SealedConfig.opened(row.config, sealing, row.place()).map(node -> node);
    }

    private Map<String, @Nullable Object> shown(Row row) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", row.id);
        json.put("project_id", row.projectId);
        json.put("notification_type", row.type.wireName());
        json.put("config", opened(row).map(SealedConfig::masked).orElseGet(JsonNodeFactory.instance::objectNode));
        json.put("enabled", row.enabled);
        json.put("created_at", row.createdAt);
        return json;
    }
}
