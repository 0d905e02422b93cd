package dev.trivet.runner;

import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ends, decided somewhere inside it and thrown to its top.
 */
final class JobEnd extends Exception {
    private final JobEvent event;
    private final transient Outcome outcome;
    private final @Nullable String snapshot;

    private JobEnd(JobEvent event, Outcome outcome) {
        this(event, outcome, null);
    }

    private JobEnd(JobEvent event, Outcome outcome, @Nullable String snapshot) {
        super(outcome.message(), null, false, false);
        this.event = event;
        this.outcome = outcome;
        this.snapshot = snapshot;
    }

    /** The same end, with the file system that it leaves. */
    JobEnd leaving(String frozen) {
        return new JobEnd(event, outcome, frozen);
    }

    /** The file system that is left, if it was asked for. */
    @Nullable
    String snapshot() {
        return snapshot;
    }

    static JobEnd failed(Reason reason, String message) {
        return new JobEnd(JobEvent.FAIL, Outcome.of(reason, message));
    }

    static JobEnd failed(Reason reason, @Nullable Integer exitCode, String message, String step) {
        return new JobEnd(JobEvent.FAIL, new Outcome(reason, exitCode, message, step));
    }

    static JobEnd late(Reason reason, String message, String step) {
        return new JobEnd(JobEvent.TIME_OUT, new Outcome(reason, null, message, step));
    }

    static JobEnd lost(String message) {
        return new JobEnd(JobEvent.LOSE, Outcome.of(Reason.SANDBOX_LOST, message));
    }

    static JobEnd notKept(String message) {
        return new JobEnd(JobEvent.LOSE, Outcome.of(Reason.SNAPSHOT_FAILED, message));
    }

    static JobEnd stopped(StopCause cause, String step) {
        return switch (cause) {
            case CANCEL -> new JobEnd(JobEvent.CANCEL, new Outcome(Reason.CANCELED, null, "canceled", step));
            case RUN_TIMEOUT ->
                new JobEnd(JobEvent.TIME_OUT, new Outcome(Reason.RUN_TIMEOUT, null, "the run's time is up", step));
            case JOB_TIMEOUT ->
                new JobEnd(JobEvent.TIME_OUT, new Outcome(Reason.JOB_TIMEOUT, null, "the job's time is up", step));
            case STEP_TIMEOUT ->
                new JobEnd(JobEvent.TIME_OUT, new Outcome(Reason.STEP_TIMEOUT, null, "the step's time is up", step));
            case SILENCE ->
                new JobEnd(
                        JobEvent.TIME_OUT,
                        new Outcome(Reason.SILENCE_TIMEOUT, null, "there was no output for too long", step));
            case LEASE_LOST, SHUTDOWN ->
                new JobEnd(JobEvent.LOSE, new Outcome(Reason.RUNNER_LOST, null, "the runner went away", step));
        };
    }

    JobEvent event() {
        return event;
    }

    Outcome outcome() {
        return outcome;
    }
}
