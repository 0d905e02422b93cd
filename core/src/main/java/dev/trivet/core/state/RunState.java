package dev.trivet.core.state;

import java.util.Locale;

/** Where a run stands: a pure function of its jobs and its flags, see {@link RunTally#state()}. */
public enum RunState {
    /** Waits for somebody to start it. */
    HELD(false),
    /** Nothing of it has started. */
    QUEUED(false),
    RUNNING(false),
    /** A cancel was asked for and some job has not ended. */
    CANCELING(false),
    PASSED(true),
    FAILED(true),
    TIMED_OUT(true),
    CANCELED(true);

    private final boolean terminal;

    RunState(boolean terminal) {
        this.terminal = terminal;
    }

    public boolean terminal() {
        return terminal;
    }

    /** The name in the database, in JSON and on pages: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static RunState of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
