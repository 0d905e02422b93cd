package dev.trivet.harmont;

import dev.trivet.core.plan.Outcome;
import dev.trivet.core.state.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One command step of a build (spec section 2.2).
 *
 * @param engineJob the engine's number of it
 * @param dependsOn its prerequisites, of both kinds
 * @param stop why it is being ended, if it is
 * @param retryPolicy JSON object as the pipeline has it, or null
 */
public record Job(
        UUID id,
        UUID buildId,
        long engineJob,
        int position,
        String stepKey,
        @Nullable String label,
        String command,
        List<UUID> dependsOn,
        @Nullable String retryPolicy,
        @Nullable String softFailPolicy,
        JobState engineState,
        @Nullable String stop,
        boolean softFailed,
        @Nullable Outcome outcome,
        Instant created,
        @Nullable Instant started,
        @Nullable Instant finished) {
    public Job {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(stepKey, "stepKey is null");
        Objects.requireNonNull(engineState, "engineState is null");
        dependsOn = List.copyOf(dependsOn);
    }

    /** Where it stands, in this dialect's words. */
    public JobStatus status() {
        return JobStatus.of(engineState, stop);
    }
}
