package dev.trivet.core.state;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Where a job stands (DESIGN section 4). A terminal state is never left. */
public enum JobState {
    /** Submitted with {@code execute=false}: nothing happens until it is released. */
    HELD(false),
    /** Prerequisites are still open. */
    WAITING(false),
    /** Can be claimed, or waits for its back-off to pass. */
    READY(false),
    /** A runner has it and prepares. */
    LEASED(false),
    /** Its commands run. */
    RUNNING(false),
    PASSED(true),
    FAILED(true),
    TIMED_OUT(true),
    CANCELED(true),
    /** A prerequisite did not pass. */
    SKIPPED(true),
    /** The runner went away, and no retry was left. */
    LOST(true);

    private final boolean terminal;

    JobState(boolean terminal) {
        this.terminal = terminal;
    }

    public boolean terminal() {
        return terminal;
    }

    /** The name in the database, in JSON and on pages: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static JobState of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    /** All that are not terminal. */
    public static List<JobState> open() {
        return Arrays.stream(values()).filter(state -> !state.terminal).toList();
    }
}
