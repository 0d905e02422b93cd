package dev.trivet.srht;

import dev.trivet.core.state.StepState;
import java.util.Locale;

/** What builds.sr.ht says of a task: a pure function of the engine's state (spec section 5.3). */
public enum TaskStatus {
    PENDING,
    RUNNING,
    SUCCESS,
    FAILED,
    SKIPPED;

    /** The status of a task whose step is in this state. */
    public static TaskStatus of(StepState state) {
        return switch (state) {
            case PENDING -> PENDING;
            case RUNNING -> RUNNING;
            case PASSED -> SUCCESS;
            case FAILED, TIMED_OUT, CANCELED -> FAILED;
            case SKIPPED -> SKIPPED;
        };
    }

    /** Whether the task has run or runs, so that it has a log. */
    public boolean hasLog() {
        return this != PENDING && this != SKIPPED;
    }

    /** Lower case, as the REST API writes it. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
