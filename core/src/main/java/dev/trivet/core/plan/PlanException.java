package dev.trivet.core.plan;

import java.util.Objects;

/** A plan that cannot be a run. */
public final class PlanException extends RuntimeException {
    private final Problem problem;

    public PlanException(Problem problem, String message) {
        super(message);
        this.problem = Objects.requireNonNull(problem, "problem is null");
    }

    public Problem problem() {
        return problem;
    }

    /** The kinds of refusal. */
    public enum Problem {
        EMPTY,
        TOO_LARGE,
        DUPLICATE_KEY,
        UNKNOWN_DEPENDENCY,
        CYCLE,
        TWO_BASES,
        /** Growth of a run that has already ended. */
        RUN_ENDED
    }
}
