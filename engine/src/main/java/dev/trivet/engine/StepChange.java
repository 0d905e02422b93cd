package dev.trivet.engine;

import dev.trivet.core.state.StepState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A step of a running attempt changed.
 *
 * @param number 0 is the setup, the plan's steps follow from 1
 */
public record StepChange(
        AttemptRef ref,
        int number,
        StepState state,
        @Nullable Integer exitCode) {
    public StepChange {
        Objects.requireNonNull(ref, "ref is null");
        Objects.requireNonNull(state, "state is null");
    }
}
