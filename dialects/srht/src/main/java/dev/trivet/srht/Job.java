package dev.trivet.srht;

import dev.trivet.core.state.JobState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as this dialect and the engine know it at one instant; without its manifest, which may be long ({@link JobStore#manifest}).
 *
 * @param id its number in this dialect
 * @param runId its run in the engine
 * @param engineJob the run's only job, whose number its logs have
 * @param groupId the group it belongs to, or null
 * @param artifactKey 16 hexadecimal digits that are part of its artifacts' addresses
 * @param state where the engine has it
 * @param runner name of the runner of its last attempt, or null before the first
 */
public record Job(
        int id,
        long runId,
        long engineJob,
        Owner owner,
        @Nullable Integer groupId,
        @Nullable String note,
        List<String> tags,
        String image,
        AccessLists access,
        boolean secrets,
        String artifactKey,
        Instant created,
        Instant updated,
        JobState state,
        @Nullable String runner) {
    public Job {
        tags = List.copyOf(tags);
    }

    /** What builds.sr.ht calls its state. */
    public JobStatus status() {
        return JobStatus.of(state);
    }

    /** This job as it will be when its cancellation has come through. */
    public Job canceled() {
        return new Job(
                id,
                runId,
                engineJob,
                owner,
                groupId,
                note,
                tags,
                image,
                access,
                secrets,
                artifactKey,
                created,
                updated,
                JobState.CANCELED,
                runner);
    }
}
