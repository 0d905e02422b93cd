package dev.trivet.circus;

import dev.trivet.nix.EvaluationLine;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A build that an evaluation has just found.
 *
 * @param status {@code pending} unless it is known at once how it ends
 * @param message why, where it does not end well
 * @param source an earlier build of the same derivation whose results are its own; null where it has to be built
 */
record NewBuild(
        UUID id,
        EvaluationLine.Job job,
        BuildStatus status,
        @Nullable String message,
        @Nullable UUID source) {
    NewBuild {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(job, "job is null");
        Objects.requireNonNull(status, "status is null");
    }

    /** Whether the engine has to build it. */
    boolean isForTheEngine() {
        return status == BuildStatus.PENDING && !isAggregate();
    }

    /** Whether it is as good as its constituents, without being built. */
    boolean isAggregate() {
        return job.aggregate() && !job.constituents().isEmpty();
    }
}
