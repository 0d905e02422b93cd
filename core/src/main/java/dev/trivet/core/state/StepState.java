package dev.trivet.core.state;

import java.util.Locale;

/** Where a step stands. */
public enum StepState {
    PENDING,
    RUNNING,
    PASSED,
    FAILED,
    TIMED_OUT,
    CANCELED,
    SKIPPED;

    /** The name in the database and in JSON: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static StepState of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    public boolean terminal() {
        return this != PENDING && this != RUNNING;
    }
}
