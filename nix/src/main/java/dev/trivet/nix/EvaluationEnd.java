package dev.trivet.nix;

import java.time.Duration;
import java.util.Objects;

/** How an evaluation ended. */
public sealed interface EvaluationEnd {
    /** Every attribute was looked at. */
    record Completed(int jobs, int failures) implements EvaluationEnd {}

    /** Nothing, or no more, can be evaluated. */
    record Failed(String message) implements EvaluationEnd {
        public Failed {
            Objects.requireNonNull(message, "message is null");
        }
    }

    /** Its time was over. */
    record TimedOut(Duration after) implements EvaluationEnd {
        public TimedOut {
            Objects.requireNonNull(after, "after is null");
        }
    }

    /** Somebody ended it. */
    record Canceled() implements EvaluationEnd {}
}
