package dev.trivet.harmont;

import dev.trivet.core.state.RunTally;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One run of a pipeline (spec section 2.2).
 *
 * @param id the build's own id, which no answer shows
 * @param pipeline slug of its pipeline
 * @param runId of the engine; null if its pipeline was rejected
 */
public record Build(
        UUID id,
        UUID pipelineId,
        String organization,
        String pipeline,
        int number,
        @Nullable Long runId,
        BuildState state,
        String source,
        @Nullable String branch,
        @Nullable String commit,
        @Nullable String message,
        @Nullable String author,
        @Nullable String errorCode,
        @Nullable String errorMessage,
        Instant created,
        @Nullable Instant started,
        @Nullable Instant finished) {
    public Build {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(state, "state is null");
        Objects.requireNonNull(created, "created is null");
    }

    /** The error of a build whose time was up. */
    static @Nullable String timeoutMessage(@Nullable RunTally tally, @Nullable Long timeoutMillis) {
        return tally == null || !tally.timedOut() || timeoutMillis == null
                ? null
                : "the build was not done within its " + timeoutMillis / 1000 + " seconds";
    }
}
