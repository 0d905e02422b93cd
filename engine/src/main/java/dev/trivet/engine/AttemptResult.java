package dev.trivet.engine;

import dev.trivet.core.plan.Outcome;
import dev.trivet.core.state.JobEvent;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a runner reports at the end of an attempt.
 *
 * @param event {@code PASS}, {@code FAIL}, {@code TIME_OUT}, {@code CANCEL} or {@code LOSE}
 * @param snapshot id of the frozen file system, if it was asked for and the attempt passed
 */
public record AttemptResult(
        AttemptRef ref,
        JobEvent event,
        Outcome outcome,
        @Nullable String snapshot) {
    public AttemptResult {
        Objects.requireNonNull(ref, "ref is null");
        Objects.requireNonNull(outcome, "outcome is null");
        switch (event) {
            case PASS, FAIL, TIME_OUT, CANCEL, LOSE -> {}
            case RELEASE, OPEN, ADOPT, LEASE, START, SKIP, RETRY ->
                throw new IllegalArgumentException("a runner cannot report " + event);
        }
    }
}
