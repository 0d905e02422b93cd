package dev.trivet.core.state;

import static dev.trivet.core.state.JobState.CANCELED;
import static dev.trivet.core.state.JobState.FAILED;
import static dev.trivet.core.state.JobState.HELD;
import static dev.trivet.core.state.JobState.LEASED;
import static dev.trivet.core.state.JobState.LOST;
import static dev.trivet.core.state.JobState.PASSED;
import static dev.trivet.core.state.JobState.READY;
import static dev.trivet.core.state.JobState.RUNNING;
import static dev.trivet.core.state.JobState.SKIPPED;
import static dev.trivet.core.state.JobState.TIMED_OUT;
import static dev.trivet.core.state.JobState.WAITING;

/** The one table of a job's life. {@code docs/states.md} is generated from it. */
public final class JobStates {
    public static final Transitions<JobState, JobEvent> TABLE = Transitions.of(JobState.class, JobEvent.class)
            .on(JobEvent.RELEASE, WAITING, HELD)
            .on(JobEvent.OPEN, READY, WAITING)
            .on(JobEvent.ADOPT, PASSED, READY)
            .on(JobEvent.LEASE, LEASED, READY)
            .on(JobEvent.START, RUNNING, LEASED)
            .on(JobEvent.PASS, PASSED, RUNNING)
            // A job whose image is missing fails before it started.
            .on(JobEvent.FAIL, FAILED, LEASED, RUNNING)
            // A run's own time-out also ends the jobs that never started.
            .on(JobEvent.TIME_OUT, TIMED_OUT, HELD, WAITING, READY, LEASED, RUNNING)
            .on(JobEvent.CANCEL, CANCELED, HELD, WAITING, READY, LEASED, RUNNING)
            .on(JobEvent.SKIP, SKIPPED, HELD, WAITING)
            // Files that a job builds in may be gone with their runner before the job starts.
            .on(JobEvent.LOSE, LOST, READY, LEASED, RUNNING)
            .on(JobEvent.RETRY, READY, LEASED, RUNNING)
            .build();

    private JobStates() {}
}
