package dev.trivet.engine;

import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.plan.SoftFail;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A runner's right to execute one attempt.
 *
 * @param tenant whose job it is
 * @param freezes whether the file system must be kept as a snapshot after success, because another job builds in it
 * @param softFail after which failures it must be kept, too: the jobs that build in it go on then
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
        SoftFail softFail,
        @Nullable String base,
        @Nullable UUID baseRunner) {
    public Lease {
        Objects.requireNonNull(ref, "ref is null");
        Objects.requireNonNull(spec, "spec is null");
        Objects.requireNonNull(softFail, "softFail is null");
    }
}
