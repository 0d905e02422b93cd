package dev.trivet.harmont;

import dev.trivet.core.state.JobState;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a job stands (spec section 4.1). Clients refuse any other word. */
public enum JobStatus {
    PENDING,
    SCHEDULED,
    ASSIGNED,
    RUNNING,
    PASSED,
    FAILED,
    SKIPPED,
    CANCELING,
    CANCELED,
    TIMING_OUT,
    TIMED_OUT;

    /**
     * The engine's state in this dialect's words.
     *
     * @param stop why a job that a runner has is being ended, or null
     */
    static JobStatus of(JobState state, @Nullable String stop) {
        return switch (state) {
            case HELD, WAITING -> PENDING;
            case READY -> SCHEDULED;
            case LEASED -> stopping(stop, ASSIGNED);
            case RUNNING -> stopping(stop, RUNNING);
            case PASSED -> PASSED;
            // Infrastructure's failures are failures here; their error code tells them apart.
            case FAILED, LOST -> FAILED;
            case TIMED_OUT -> TIMED_OUT;
            case CANCELED -> CANCELED;
            case SKIPPED -> SKIPPED;
        };
    }

    private static JobStatus stopping(@Nullable String stop, JobStatus otherwise) {
        if (stop == null) {
            return otherwise;
        }
        return stop.equals("cancel") ? CANCELING : TIMING_OUT;
    }

    /** True once nothing can change it any more. */
    public boolean terminal() {
        return switch (this) {
            case PASSED, FAILED, SKIPPED, CANCELED, TIMED_OUT -> true;
            case PENDING, SCHEDULED, ASSIGNED, RUNNING, CANCELING, TIMING_OUT -> false;
        };
    }

    /** The word in JSON. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
