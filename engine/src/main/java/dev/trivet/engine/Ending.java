package dev.trivet.engine;

import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.plan.RetryPolicy;
import dev.trivet.core.plan.SoftFail;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.JobState;
import dev.trivet.core.state.JobStates;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an attempt's end means for its job. */
record Ending(AttemptResult result, JobRow row, UUID runner, JobEvent event, Outcome outcome, boolean soft) {

    static Ending decide(AttemptResult result, JobRow row, UUID runner) {
        JobEvent event = result.event();
        Outcome outcome = result.outcome();
        if (row.stop != null) {
            // Whatever the runner saw last, the attempt was being stopped.
            boolean canceled = StopReason.of(row.stop) == StopReason.CANCEL;
            event = canceled ? JobEvent.CANCEL : JobEvent.TIME_OUT;
            outcome = canceled
                    ? Outcome.of(Reason.CANCELED, "canceled")
                    : Outcome.of(Reason.RUN_TIMEOUT, "the run's time is up");
        } else if (row.retry.grants(event, outcome, row.losses, row.retries)) {
            return new Ending(result, row, runner, JobEvent.RETRY, outcome, false);
        }
        if (event == JobEvent.PASS && row.state == JobState.LEASED) {
            // Nothing has passed that never started.
            event = JobEvent.FAIL;
        }
        boolean soft = (event == JobEvent.FAIL || event == JobEvent.TIME_OUT)
                && outcome.reason() != Reason.RUN_TIMEOUT
                && row.softFail.forgives(outcome);
        return new Ending(result, row, runner, event, outcome, soft);
    }

    JobState target() {
        return JobStates.TABLE
                .next(row.state, event)
                .orElseThrow(() ->
                        new IllegalStateException("job " + row.id + " is " + row.state + ", which takes no " + event));
    }

    String eventName() {
        return event == JobEvent.RETRY ? "retried" : target().wireName();
    }

    int retried() {
        return event == JobEvent.RETRY && result.event() != JobEvent.LOSE ? 1 : 0;
    }

    int lost() {
        return event == JobEvent.RETRY && result.event() == JobEvent.LOSE ? 1 : 0;
    }

    Duration pause() {
        return result.event() == JobEvent.LOSE ? Duration.ZERO : row.retry.pause(row.retries);
    }

    String attemptState() {
        JobEvent own = event == JobEvent.RETRY ? result.event() : event;
        return JobStates.TABLE.targetOf(own).wireName();
    }

    String openStepState() {
        return switch (event) {
            case RETRY -> "pending";
            case TIME_OUT -> "timed_out";
            case CANCEL -> "canceled";
            case PASS -> "passed";
            case FAIL, LOSE, RELEASE, OPEN, ADOPT, LEASE, START, SKIP -> "failed";
        };
    }

    /** The job before it. */
    record JobRow(
            long id,
            long runId,
            String key,
            JobState state,
            long laneId,
            int priority,
            @Nullable String stop,
            int retries,
            int losses,
            RetryPolicy retry,
            SoftFail softFail,
            @Nullable String cacheKey) {}
}
