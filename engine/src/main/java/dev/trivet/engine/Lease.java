package dev.trivet.engine;

import dev.trivet.core.plan.JobSpec;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A runner's right to execute one attempt.
 *
 * @param tenant whose job it is
 * @param freezes whether the file system must be kept as a snapshot after success, because another job builds in it
 * @param base snapshot to stand on instead of the image, or null
 * @param baseRunner the runner that holds {@code base}, or null
 */
public record Lease(
        AttemptRef ref,
        long runId,
        String tenant,
        String name,
        JobSpec spec,
        boolean freezes,
        @Nullable String base,
        @Nullable UUID baseRunner) {
    public Lease {
        Objects.requireNonNull(ref, "ref is null");
        Objects.requireNonNull(spec, "spec is null");
    }
}
