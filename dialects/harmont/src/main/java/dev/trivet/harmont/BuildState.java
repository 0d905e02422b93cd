package dev.trivet.harmont;

import dev.trivet.core.state.JobState;
import dev.trivet.core.state.RunTally;
import java.util.Locale;

/** Where a build stands, folded from its jobs (spec section 4.2). Clients refuse any other word. */
public enum BuildState {
    SCHEDULED,
    RUNNING,
    /** Some job failed while others go on. */
    FAILING,
    PASSED,
    FAILED,
    CANCELING,
    CANCELED;

    /**
     * The fold; the first that fits.
     *
     * @param leased whether a runner prepares some job, which the tally does not tell
     */
    public static BuildState of(RunTally tally, boolean leased) {
        boolean ended = tally.open() == 0;
        if (tally.cancelRequested()) {
            return ended ? CANCELED : CANCELING;
        }
        int failed = tally.count(JobState.FAILED)
                + tally.count(JobState.TIMED_OUT)
                + tally.count(JobState.LOST)
                - tally.softFailed();
        if (ended) {
            return failed > 0 ? FAILED : PASSED;
        }
        if (failed > 0) {
            return FAILING;
        }
        int untouched = tally.count(JobState.HELD) + tally.count(JobState.WAITING) + tally.count(JobState.READY);
        return leased || untouched < tally.total() ? RUNNING : SCHEDULED;
    }

    public boolean terminal() {
        return this == PASSED || this == FAILED || this == CANCELED;
    }

    /** The word in JSON. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
