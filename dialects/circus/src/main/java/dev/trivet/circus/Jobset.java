package dev.trivet.circus;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One way to evaluate a project (spec section 1.1).
 *
 * @param name unique in the project
 * @param checkInterval seconds between two looks at the repository
 * @param branch null for the repository's usual one
 * @param schedulingShares its part of the machines among all jobsets; none below 1
 * @param keepNr how many evaluations are kept
 * @param checkError why its repository could not be asked the last time, or null
 */
public record Jobset(
        UUID id,
        UUID projectId,
        String name,
        String nixExpression,
        boolean enabled,
        boolean flakeMode,
        int checkInterval,
        @Nullable String branch,
        int schedulingShares,
        JobsetState state,
        @Nullable Instant lastCheckedAt,
        int keepNr,
        Instant createdAt,
        Instant updatedAt,
        @Nullable String checkError) {
    public Jobset {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(projectId, "projectId is null");
        Objects.requireNonNull(state, "state is null");
    }

    /** Whether it is evaluated. */
    public boolean isActive() {
        return enabled && state != JobsetState.DISABLED;
    }

    static Jobset of(ResultSet row) throws SQLException {
        String state = row.getString("state");
        return new Jobset(
                Columns.uuid(row, "id"),
                Columns.uuid(row, "project_id"),
                row.getString("name"),
                row.getString("nix_expression"),
                row.getBoolean("enabled"),
                row.getBoolean("flake_mode"),
                row.getInt("check_interval"),
                row.getString("branch"),
                row.getInt("scheduling_shares"),
                JobsetState.named(state)
                        .orElseThrow(() -> new IllegalStateException("a jobset has the unknown state " + state)),
                Columns.instantOrNull(row, "last_checked_at"),
                row.getInt("keep_nr"),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "updated_at"),
                row.getString("check_error"));
    }
}
