package dev.trivet.circus;

import java.time.Duration;
import java.util.Objects;

/**
 * How repositories are watched and evaluated: the section {@code evaluator} (spec section 12.2).
 *
 * @param poll longest pause between two looks at what is due
 * @param gitTimeout for getting a repository
 * @param timeout of an evaluation
 * @param most evaluations at once
 * @param restricted whether expressions read nothing but their repository
 * @param importFromDerivation whether they may build something to go on with
 * @param onlyLatest whether a newer commit cancels what is not finished of older ones
 */
public record EvaluationSettings(
        Duration poll,
        Duration gitTimeout,
        Duration timeout,
        int most,
        boolean restricted,
        boolean importFromDerivation,
        boolean onlyLatest) {
    public EvaluationSettings {
        Objects.requireNonNull(poll, "poll is null");
        Objects.requireNonNull(gitTimeout, "gitTimeout is null");
        Objects.requireNonNull(timeout, "timeout is null");
    }
}
