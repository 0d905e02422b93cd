package dev.trivet.harmont;

import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobState;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a job's outcome tells beside its state (spec section 4.6): an exit code where a command ended by itself, and a code and a message
 * where something else than the command decided it.
 */
record JobError(
        @Nullable Integer exitCode,
        @Nullable String code,
        @Nullable String message) {
    private static final JobError NONE = new JobError(null, null, null);

    /** What a command does, or was told by its own policies: no error of the infrastructure. */
    private static final Set<Reason> OWN =
            EnumSet.of(Reason.PASSED, Reason.EXIT_CODE, Reason.CACHED, Reason.CANCELED, Reason.PREREQUISITE_FAILED);

    static JobError of(JobState state, @Nullable Outcome outcome) {
        // A job that is repeated still has the outcome of the attempt before.
        if (outcome == null || !state.terminal()) {
            return NONE;
        }
        boolean ended = outcome.reason() == Reason.PASSED || outcome.reason() == Reason.EXIT_CODE;
        Integer exitCode = ended ? outcome.exitCode() : null;
        String message = OWN.contains(outcome.reason()) ? null : outcome.message();
        return new JobError(exitCode, code(outcome.reason()), message);
    }

    private static @Nullable String code(Reason reason) {
        return switch (reason) {
            case IMAGE_UNAVAILABLE, SETUP_FAILED -> "provision_failed";
            case SANDBOX_LOST -> "sandbox_lost";
            case SNAPSHOT_FAILED -> "snapshot_failed";
            case RUNNER_LOST -> "agent_heartbeat_lost";
            case RUN_TIMEOUT -> "pipeline_timeout";
            case ARTIFACT_FAILED -> "artifact_failed";
            case PASSED,
                    CACHED,
                    EXIT_CODE,
                    SIGNAL,
                    OUT_OF_MEMORY,
                    DISK_LIMIT,
                    LOG_LIMIT,
                    STEP_TIMEOUT,
                    JOB_TIMEOUT,
                    SILENCE_TIMEOUT,
                    CANCELED,
                    PREREQUISITE_FAILED -> null;
        };
    }
}
