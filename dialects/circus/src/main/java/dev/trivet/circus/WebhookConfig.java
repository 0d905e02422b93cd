package dev.trivet.circus;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;

/** That deliveries of a kind of forge are taken for a project. The secret is not part of it. */
record WebhookConfig(UUID id, UUID projectId, String forgeType, boolean enabled, Instant createdAt) {
    static WebhookConfig of(ResultSet row) throws SQLException {
        return new WebhookConfig(
                Columns.uuid(row, "id"),
                Columns.uuid(row, "project_id"),
                row.getString("forge_type"),
                row.getBoolean("enabled"),
                Columns.instant(row, "created_at"));
    }
}
