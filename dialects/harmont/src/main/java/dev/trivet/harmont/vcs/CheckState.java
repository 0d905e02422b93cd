package dev.trivet.harmont.vcs;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a forge is told of a build (spec sections 1.2 and 6.3). It only goes forward: queued, running, and then one of the others for ever. */
public enum CheckState {
    QUEUED,
    RUNNING,
    PASSED,
    FAILED,
    CANCELED,
    /** Over, and neither good nor bad. */
    NEUTRAL;

    /** What this becomes at the forge for a state word of a build; every word that is none is still queued. */
    public static CheckState ofBuild(String state) {
        return switch (state) {
            case "running", "failing", "canceling" -> RUNNING;
            case "passed" -> PASSED;
            case "failed" -> FAILED;
            case "canceled" -> CANCELED;
            default -> QUEUED;
        };
    }

    /** Its name in the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static CheckState named(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    /** Whether nothing comes after it. */
    public boolean isTerminal() {
        return switch (this) {
            case QUEUED, RUNNING -> false;
            case PASSED, FAILED, CANCELED, NEUTRAL -> true;
        };
    }

    /** The states that this may follow on, itself included unless it is terminal. */
    Set<CheckState> predecessors() {
        return this == QUEUED ? EnumSet.of(QUEUED) : EnumSet.of(QUEUED, RUNNING);
    }

    /** The later one of two; of two that end it, this one. */
    CheckState later(CheckState other) {
        return !isTerminal() && (this == QUEUED || other.isTerminal()) ? other : this;
    }
}
