package dev.trivet.core.state;

import java.util.EnumMap;
import java.util.Map;

/**
 * How many jobs of a run stand where, and the run's two flags: all that its state depends on. Immutable.
 *
 * <p>A leased job counts as ready: a claim takes many jobs of many runs in one statement and must not lock their runs.
 *
 * @param counts jobs per state; a state that is absent counts 0, {@code LEASED} is always absent
 * @param softFailed how many of the {@code FAILED} and {@code TIMED_OUT} jobs are forgiven by their soft-fail policy
 * @param cancelRequested somebody asked to cancel the whole run
 * @param timedOut the run's own time is up
 * @param growing more jobs may come: until that is over the run does not end, even if all its jobs have
 */
public record RunTally(
        Map<JobState, Integer> counts, int softFailed, boolean cancelRequested, boolean timedOut, boolean growing) {
    public RunTally {
        counts = Map.copyOf(counts);
    }

    /** Of a run that has all its jobs. */
    public RunTally(Map<JobState, Integer> counts, int softFailed, boolean cancelRequested, boolean timedOut) {
        this(counts, softFailed, cancelRequested, timedOut, false);
    }

    public int count(JobState state) {
        return counts.getOrDefault(state, 0);
    }

    public int total() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Jobs that have not ended. */
    public int open() {
        return JobState.open().stream().mapToInt(this::count).sum();
    }

    /** One job went from {@code from} to {@code to}. */
    public RunTally moved(JobState from, JobState to) {
        return plus(from, -1).plus(to, 1);
    }

    /** {@code delta} more jobs in {@code state}. */
    public RunTally plus(JobState state, int delta) {
        var changed = new EnumMap<JobState, Integer>(JobState.class);
        changed.putAll(counts);
        changed.merge(state == JobState.LEASED ? JobState.READY : state, delta, Integer::sum);
        return new RunTally(changed, softFailed, cancelRequested, timedOut, growing);
    }

    public RunTally withSoftFailed(int more) {
        return new RunTally(counts, softFailed + more, cancelRequested, timedOut, growing);
    }

    /** More jobs may come, or none will any more. */
    public RunTally growing(boolean more) {
        return new RunTally(counts, softFailed, cancelRequested, timedOut, more);
    }

    /** Somebody asked to cancel, or the time is up: no more jobs will come. */
    public RunTally stopped(boolean canceled, boolean late) {
        return new RunTally(counts, softFailed, cancelRequested || canceled, timedOut || late, false);
    }

    /** True if all its jobs have ended, and no more will come. */
    public boolean over() {
        return open() == 0 && !growing;
    }

    /** The run's state. An empty run has passed. */
    public RunState state() {
        if (!over()) {
            if (cancelRequested) {
                return RunState.CANCELING;
            }
            if (total() > 0 && count(JobState.HELD) == total()) {
                return RunState.HELD;
            }
            boolean begun = open() < total() || count(JobState.RUNNING) > 0;
            return begun ? RunState.RUNNING : RunState.QUEUED;
        }
        if (cancelRequested && count(JobState.CANCELED) > 0) {
            return RunState.CANCELED;
        }
        int bad = count(JobState.FAILED) + count(JobState.LOST) + count(JobState.TIMED_OUT) - softFailed;
        if (timedOut && bad > 0) {
            return RunState.TIMED_OUT;
        }
        if (bad > 0) {
            return bad == count(JobState.TIMED_OUT) ? RunState.TIMED_OUT : RunState.FAILED;
        }
        return RunState.PASSED;
    }
}
