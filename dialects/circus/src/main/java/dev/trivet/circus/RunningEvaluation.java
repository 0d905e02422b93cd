package dev.trivet.circus;

import java.util.Objects;
import java.util.UUID;

/**
 * An evaluation that the engine is at.
 *
 * @param runId the engine's run
 * @param jobId the job of it that evaluates
 * @param trusted whether what the commit declares of its project counts: it is no stranger's
 */
record RunningEvaluation(UUID id, UUID jobsetId, UUID projectId, long runId, long jobId, boolean trusted) {
    RunningEvaluation {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(jobsetId, "jobsetId is null");
        Objects.requireNonNull(projectId, "projectId is null");
    }
}
