package dev.trivet.circus;

import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A build as who drives it sees it.
 *
 * @param outputs paths by name, as the evaluation has them
 * @param jobId the engine's job, or null
 */
record KnownBuild(
        UUID id,
        UUID evaluationId,
        String jobName,
        String drvPath,
        BuildStatus status,
        Map<String, String> outputs,
        @Nullable Long jobId) {
    KnownBuild {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(evaluationId, "evaluationId is null");
        Objects.requireNonNull(status, "status is null");
        outputs = Map.copyOf(outputs);
    }

    /** The directory of its store, with a slash. */
    String store() {
        return drvPath.substring(0, drvPath.lastIndexOf('/') + 1);
    }
}
