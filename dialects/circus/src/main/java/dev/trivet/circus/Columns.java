package dev.trivet.circus;

import dev.trivet.core.json.Json;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Reads columns of rows. */
final class Columns {
    /** What an evaluation shows (spec section 1.3). */
    static final List<String> EVALUATION = List.of(
            "id",
            "jobset_id",
            "commit_hash",
            "evaluation_time",
            "status",
            "error_message",
            "inputs_hash",
            "pr_number",
            "pr_head_branch",
            "pr_base_branch",
            "pr_action");

    /** What a build shows. */
    static final List<String> BUILD = List.of(
            "id",
            "evaluation_id",
            "job_name",
            "drv_path",
            "status",
            "started_at",
            "completed_at",
            "log_path",
            "build_output_path",
            "error_message",
            "system",
            "priority",
            "retry_count",
            "max_retries",
            "notification_pending_since",
            "log_url",
            "created_at",
            "outputs",
            "is_aggregate",
            "constituents",
            "builder_id",
            "signed",
            "keep",
            "is_fod",
            "fod_hash",
            // Not in Circus: what the build calls its result.
            "release_name");

    private Columns() {}

    static UUID uuid(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(row.getObject(column, UUID.class), column + " is null");
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(instantOrNull(row, column), column + " is null");
    }

    static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static @Nullable Integer numberOrNull(ResultSet row, String column) throws SQLException {
        return row.getObject(column, Integer.class);
    }

    static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }

    /** The columns with the alias of their table before each, for a select. */
    static String of(String alias, List<String> columns) {
        return columns.stream().map(column -> alias + "." + column).collect(Collectors.joining(", "));
    }

    /** Rows as the JSON that shows these columns: times as RFC 3339 in UTC, {@code jsonb} as what it holds. */
    static RowMapper<Map<String, @Nullable Object>> shown(List<String> columns) {
        return (row, context) -> {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            for (String column : columns) {
                json.put(column, shown(row, column));
            }
            return json;
        };
    }

    /** The value of a column as JSON shows it. */
    static @Nullable Object shown(ResultSet row, String column) throws SQLException {
        String type = row.getMetaData().getColumnTypeName(row.findColumn(column));
        return switch (type) {
            case "timestamptz" -> instantOrNull(row, column);
            case "jsonb" -> {
                String text = row.getString(column);
                yield text == null ? null : Json.MAPPER.readTree(text);
            }
            case "_text" -> {
                Array array = row.getArray(column);
                yield array == null ? null : Arrays.asList((String[]) array.getArray());
            }
            default -> row.getObject(column);
        };
    }
}
