package dev.trivet.core.plan;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended, beside its state.
 *
 * @param exitCode of the command that decided it, where there is one
 * @param message one sentence for people, or null
 * @param step name of the step that decided it, or null
 */
public record Outcome(
        Reason reason,
        @Nullable Integer exitCode,
        @Nullable String message,
        @Nullable String step) {
    public static final Outcome PASSED = new Outcome(Reason.PASSED, 0, null, null);

    public Outcome {
        Objects.requireNonNull(reason, "reason is null");
    }

    public static Outcome of(Reason reason, String message) {
        return new Outcome(reason, null, message, null);
    }
}
