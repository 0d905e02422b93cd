package dev.trivet.circus;

import java.time.Duration;
import java.util.Objects;

/**
 * How repositories are watched and evaluated: the section {@code evaluator} (spec section 12.2).
 *
 * @param poll longest pause between two looks at what is due
 * @param gitTimeout for getting a repository
 * @param timeout of an evaluation
 * @param most evaluations at once; 0 for a server that neither watches repositories nor begins evaluations
 * @param restricted whether expressions read nothing but their repository
 * @param importFromDerivation whether they may build something to go on with
 * @param takeover how long results wait for the server that was told of them, where several share a database
 * @param onlyLatest whether a newer commit cancels what is not finished of older ones
 */
public record EvaluationSettings(
        Duration poll,
        Duration gitTimeout,
        Duration timeout,
        int most,
        boolean restricted,
        boolean importFromDerivation,
        Duration takeover,
        boolean onlyLatest) {
    public EvaluationSettings {
        Objects.requireNonNull(poll, "poll is null");
        Objects.requireNonNull(gitTimeout, "gitTimeout is null");
        Objects.requireNonNull(timeout, "timeout is null");
        Objects.requireNonNull(takeover, "takeover is null");
    }
}
