package dev.trivet.srht;

import dev.trivet.engine.Engine;
import dev.trivet.srht.manifest.Trigger;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with jobs and groups, whichever way it is asked for. Does not ask who may: that is the caller's task.
 * Thread-safe.
 */
public final class SrhtJobs {
    private static final int KEY_BYTES = 8;

    private final Engine engine;
    private final SrhtPlanner planner;
    private final JobStore jobs;
    private final GroupStore groups;
    private final InstantSource clock;
    private final RandomGenerator random = new SecureRandom();

    public SrhtJobs(Engine engine, SrhtPlanner planner, JobStore jobs, GroupStore groups, InstantSource clock) {
        this.engine = Objects.requireNonNull(engine, "engine is null");
        this.planner = Objects.requireNonNull(planner, "planner is null");
        this.jobs = Objects.requireNonNull(jobs, "jobs is null");
        this.groups = Objects.requireNonNull(groups, "groups is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** Accepts a job; it is durable when this returns. */
    public Job submit(Owner owner, Submission submission) {
        int id = jobs.nextId();
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        String artifactKey = HexFormat.of().formatHex(key);
        var _ = engine.submit(
                planner.plan(id, owner, submission),
                (handle, run) -> JobStore.insert(handle, id, run, owner, submission, artifactKey, clock.instant()));
        return jobs.find(id)
                .orElseThrow(() -> new IllegalStateException("job " + id + " is gone after its submission"));
    }

    /** Queues a pending job; false if it was not pending. */
    public boolean start(Job job) {
        return engine.release(job.runId());
    }

    /**
     * Changes who may see a job and what it is filed under.
     *
     * @param tags null to leave them as they are
     */
    public Job update(Job job, Visibility visibility, @Nullable List<String> tags) {
        jobs.update(job.id(), visibility, tags, clock.instant());
        return jobs.find(job.id()).orElse(job);
    }

    /** Cancels a job that has not ended; on one that has, does nothing. A running job ends a little later. */
    public void cancel(Job job) {
        boolean _ = engine.cancelRun(job.runId());
    }

    /**
     * Makes a group.
     *
     * @param execute whether its jobs are queued at once
     * @throws GroupRefusedException if a job cannot be in it; then nothing has changed
     */
    public JobGroup createGroup(
            Owner owner, List<Integer> jobIds, @Nullable String note, List<Trigger> triggers, boolean execute)
            throws GroupRefusedException {
        JobGroup group = groups.create(owner, jobIds, note, triggers, clock.instant());
        if (execute) {
            startGroup(group);
        }
        return group;
    }

    /** Queues the pending ones of its jobs. */
    public void startGroup(JobGroup group) {
        groups.members(group).forEach(job -> {
            boolean _ = start(job);
        });
    }

    /** Cancels those of its jobs that have not ended. */
    public void cancelGroup(JobGroup group) {
        groups.members(group).forEach(this::cancel);
    }
}
