package dev.trivet.harmont.vcs;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** Reads rows of {@code vcs_status}. */
final class StatusRows {
    private StatusRows() {}

    static StoredStatus status(ResultSet row) throws SQLException {
        String sent = row.getString("sent");
        return new StoredStatus(
                row.getObject("build", UUID.class),
                Forge.named(row.getString("forge")).orElseThrow(),
                row.getString("repository"),
                row.getString("sha"),
                row.getString("context"),
                row.getString("check_id"),
                CheckState.named(row.getString("wanted")),
                sent == null ? null : CheckState.named(sent),
                row.getBoolean("finished"),
                row.getInt("attempts"),
                row.getString("problem"));
    }
}
