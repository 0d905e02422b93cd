package dev.trivet.engine;

import java.util.Map;

/** @param jobIds by the plan's keys */
public record SubmittedRun(long runId, Map<String, Long> jobIds) {
    public SubmittedRun {
        jobIds = Map.copyOf(jobIds);
    }

    /** The only job's id. */
    public long onlyJob() {
        if (jobIds.size() != 1) {
            throw new IllegalStateException("the run has " + jobIds.size() + " jobs");
        }
        return jobIds.values().iterator().next();
    }
}
