package dev.trivet.core.plan;

import java.util.Objects;

/**
 * A node of a plan.
 *
 * @param key unique within the run
 * @param name for people
 * @param priority higher is claimed first within one tenant
 */
public record PlannedJob(
        String key,
        String name,
        JobSpec spec,
        Requirements requirements,
        int priority,
        RetryPolicy retry,
        SoftFail softFail) {
    public PlannedJob {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(spec, "spec is null");
        Objects.requireNonNull(requirements, "requirements is null");
        Objects.requireNonNull(retry, "retry is null");
        Objects.requireNonNull(softFail, "softFail is null");
        if (key.isEmpty() || key.length() > 512) {
            throw new IllegalArgumentException("a job's key has 1 to 512 characters");
        }
    }

    public static PlannedJob of(String key, JobSpec spec) {
        return new PlannedJob(key, key, spec, Requirements.NONE, 0, RetryPolicy.DEFAULT, SoftFail.NEVER);
    }
}
