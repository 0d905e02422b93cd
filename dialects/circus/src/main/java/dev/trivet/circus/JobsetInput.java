package dev.trivet.circus;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A named parameter of a jobset's evaluation.
 *
 * @param inputType {@code git}, {@code string}, {@code boolean}, {@code path} or {@code build}
 */
public record JobsetInput(
        UUID id,
        UUID jobsetId,
        String name,
        String inputType,
        String value,
        @Nullable String revision,
        Instant createdAt) {
    static JobsetInput of(ResultSet row) throws SQLException {
        return new JobsetInput(
                Columns.uuid(row, "id"),
                Columns.uuid(row, "jobset_id"),
                row.getString("name"),
                row.getString("input_type"),
                row.getString("value"),
                row.getString("revision"),
                Columns.instant(row, "created_at"));
    }
}
