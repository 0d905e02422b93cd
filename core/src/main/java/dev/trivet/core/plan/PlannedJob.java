package dev.trivet.core.plan;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A node of a plan.
 *
 * @param key unique within the run
 * @param name for people
 * @param priority higher is claimed first within one tenant
 * @param cacheKey names everything that its result depends on, so that an earlier success under the same key counts for it; null if it
 *     always runs
 */
public record PlannedJob(
        String key,
        String name,
        JobSpec spec,
        Requirements requirements,
        int priority,
        RetryPolicy retry,
        SoftFail softFail,
        @Nullable String cacheKey) {
    public PlannedJob {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(spec, "spec is null");
        Objects.requireNonNull(requirements, "requirements is null");
        Objects.requireNonNull(retry, "retry is null");
        Objects.requireNonNull(softFail, "softFail is null");
        if (cacheKey != null && (cacheKey.isEmpty() || cacheKey.length() > 512)) {
            throw new IllegalArgumentException("a cache key has 1 to 512 characters");
        }
        if (key.isEmpty() || key.length() > 512) {
            throw new IllegalArgumentException("a job's key has 1 to 512 characters");
        }
    }

    /** A job that always runs. */
    public PlannedJob(
            String key,
            String name,
            JobSpec spec,
            Requirements requirements,
            int priority,
            RetryPolicy retry,
            SoftFail softFail) {
        this(key, name, spec, requirements, priority, retry, softFail, null);
    }

    /** The same with a cache key. */
    public PlannedJob cachedAs(@Nullable String other) {
        return new PlannedJob(key, name, spec, requirements, priority, retry, softFail, other);
    }

    public static PlannedJob of(String key, JobSpec spec) {
        return new PlannedJob(key, key, spec, Requirements.NONE, 0, RetryPolicy.DEFAULT, SoftFail.NEVER);
    }
}
