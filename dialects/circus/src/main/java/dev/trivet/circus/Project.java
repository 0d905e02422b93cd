package dev.trivet.circus;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A repository whose jobsets are evaluated and built (spec section 1.1).
 *
 * @param name unique among all projects
 */
public record Project(
        UUID id,
        String name,
        @Nullable String description,
        String repositoryUrl,
        Instant createdAt,
        Instant updatedAt) {
    public Project {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(repositoryUrl, "repositoryUrl is null");
    }

    static Project of(ResultSet row) throws SQLException {
        return new Project(
                Columns.uuid(row, "id"),
                row.getString("name"),
                row.getString("description"),
                row.getString("repository_url"),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "updated_at"));
    }
}
