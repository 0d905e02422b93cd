package dev.trivet.srht;

import dev.trivet.core.state.JobState;
import java.util.Locale;

/** What builds.sr.ht says of a job: a pure function of the engine's state (spec sections 1 and 5.3). */
public enum JobStatus {
    PENDING,
    QUEUED,
    RUNNING,
    SUCCESS,
    FAILED,
    TIMEOUT,
    CANCELLED;

    /** The status of a job in this state. */
    public static JobStatus of(JobState state) {
        return switch (state) {
            case HELD -> PENDING;
            case WAITING, READY -> QUEUED;
            // A runner that has the job writes its setup log already.
            case LEASED, RUNNING -> RUNNING;
            case PASSED -> SUCCESS;
            case FAILED, LOST -> FAILED;
            case TIMED_OUT -> TIMEOUT;
            case CANCELED, SKIPPED -> CANCELLED;
        };
    }

    /** Whether nothing of the job has run yet, so that it has no log and no runner. */
    public boolean isBeforeStart() {
        return this == PENDING || this == QUEUED;
    }

    /** Whether it has ended. */
    public boolean isTerminal() {
        return !isBeforeStart() && this != RUNNING;
    }

    /** Lower case, as the REST API writes it. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
