package dev.trivet.notify;

import dev.trivet.core.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A task as it stands.
 *
 * @param status one of the four words that a task can stand at
 * @param nextRetryAt when it is due; while it is running, when whoever took it is given up
 * @param answer what was answered to the last attempt, or null
 */
public record TaskRow(
        UUID id,
        String kind,
        JsonNode payload,
        String status,
        int attempts,
        int maxAttempts,
        Instant nextRetryAt,
        @Nullable String lastError,
        Instant createdAt,
        @Nullable Instant completedAt,
        @Nullable Receipt answer) {
    static TaskRow of(ResultSet row) throws SQLException {
        Integer code = row.getObject("response_status", Integer.class);
        OffsetDateTime completed = row.getObject("completed_at", OffsetDateTime.class);
        return new TaskRow(
                Objects.requireNonNull(row.getObject("id", UUID.class), "id is null"),
                row.getString("kind"),
                Json.MAPPER.readTree(row.getString("payload")),
                row.getString("status"),
                row.getInt("attempts"),
                row.getInt("max_attempts"),
                row.getObject("next_retry_at", OffsetDateTime.class).toInstant(),
                row.getString("last_error"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                completed == null ? null : completed.toInstant(),
                code == null
                        ? null
                        : new Receipt(
                                code,
                                Objects.requireNonNullElse(row.getString("response_headers"), ""),
                                Objects.requireNonNullElse(row.getString("response_body"), "")));
    }
}
