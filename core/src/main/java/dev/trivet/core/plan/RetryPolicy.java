package dev.trivet.core.plan;

import dev.trivet.core.state.JobEvent;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * When a job gets another attempt. A loss is infrastructure's fault and never counts as a retry.
 *
 * @param losses how many lost attempts are repeated
 * @param retries how many failed (or, if {@code onTimeout}, timed out) attempts are repeated
 * @param exitCodes only these exit codes are repeated; empty for every failure
 * @param onTimeout whether a time-out is repeated
 * @param backoff pause before the first retry
 * @param maxBackoff longest pause
 * @param growth how the pause changes with each retry
 */
public record RetryPolicy(
        int losses,
        int retries,
        Set<Integer> exitCodes,
        boolean onTimeout,
        Duration backoff,
        Duration maxBackoff,
        Growth growth) {
    /** A lost attempt is repeated once, a failure never. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(1, 0, Set.of(), false, Duration.ZERO, Duration.ofMinutes(5));

    public RetryPolicy {
        exitCodes = Set.copyOf(exitCodes);
        Objects.requireNonNull(backoff, "backoff is null");
        Objects.requireNonNull(maxBackoff, "maxBackoff is null");
        // Absent in what an earlier version has stored.
        growth = growth == null ? Growth.DOUBLING : growth;
        if (losses < 0 || retries < 0 || losses > 100 || retries > 100) {
            throw new IllegalArgumentException("a retry limit is between 0 and 100, not " + losses + " and " + retries);
        }
        if (backoff.isNegative() || maxBackoff.isNegative()) {
            throw new IllegalArgumentException("a back-off cannot be negative");
        }
    }

    /** With a pause that doubles each time. */
    public RetryPolicy(
            int losses, int retries, Set<Integer> exitCodes, boolean onTimeout, Duration backoff, Duration maxBackoff) {
        this(losses, retries, exitCodes, onTimeout, backoff, maxBackoff, Growth.DOUBLING);
    }

    /**
     * Whether an attempt that ended with {@code event} is followed by another one.
     *
     * @param lostBefore losses already repeated
     * @param retriedBefore failures already repeated
     */
    public boolean grants(JobEvent event, Outcome outcome, int lostBefore, int retriedBefore) {
        return switch (event) {
            case LOSE -> lostBefore < losses;
            case FAIL ->
                retriedBefore < retries
                        && (exitCodes.isEmpty()
                                || (outcome.exitCode() != null && exitCodes.contains(outcome.exitCode())));
            case TIME_OUT -> onTimeout && retriedBefore < retries && outcome.reason() != Reason.RUN_TIMEOUT;
            case RELEASE, OPEN, ADOPT, LEASE, START, PASS, CANCEL, SKIP, RETRY -> false;
        };
    }

    /** The pause before retry number {@code retriedBefore + 1}. */
    public Duration pause(int retriedBefore) {
        long times = switch (growth) {
            case LINEAR -> retriedBefore + 1L;
            case DOUBLING -> 1L << Math.min(retriedBefore, 20);
        };
        Duration pause = backoff.multipliedBy(times);
        return pause.compareTo(maxBackoff) > 0 ? maxBackoff : pause;
    }

    /** How the pause before a retry changes. */
    public enum Growth {
        /** Once, twice, three times the first pause. */
        LINEAR,
        /** Twice the pause before. */
        DOUBLING
    }
}
