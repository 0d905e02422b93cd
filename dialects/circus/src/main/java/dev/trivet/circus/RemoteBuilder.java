package dev.trivet.circus;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A machine that Nix builds on over SSH (spec section 1.3). */
public record RemoteBuilder(
        UUID id,
        String name,
        String sshUri,
        List<String> systems,
        int maxJobs,
        int speedFactor,
        List<String> supportedFeatures,
        List<String> mandatoryFeatures,
        boolean enabled,
        @Nullable String publicHostKey,
        @Nullable String sshKeyFile,
        int consecutiveFailures,
        @Nullable Instant disabledUntil,
        @Nullable Instant lastFailure,
        @Nullable Integer cpuCores,
        Instant createdAt) {
    public RemoteBuilder {
        systems = List.copyOf(systems);
        supportedFeatures = List.copyOf(supportedFeatures);
        mandatoryFeatures = List.copyOf(mandatoryFeatures);
    }

    static RemoteBuilder of(ResultSet row) throws SQLException {
        return new RemoteBuilder(
                Columns.uuid(row, "id"),
                row.getString("name"),
                row.getString("ssh_uri"),
                Columns.texts(row, "systems"),
                row.getInt("max_jobs"),
                row.getInt("speed_factor"),
                Columns.texts(row, "supported_features"),
                Columns.texts(row, "mandatory_features"),
                row.getBoolean("enabled"),
                row.getString("public_host_key"),
                row.getString("ssh_key_file"),
                row.getInt("consecutive_failures"),
                Columns.instantOrNull(row, "disabled_until"),
                Columns.instantOrNull(row, "last_failure"),
                Columns.numberOrNull(row, "cpu_cores"),
                Columns.instant(row, "created_at"));
    }
}
