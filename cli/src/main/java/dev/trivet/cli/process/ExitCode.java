package dev.trivet.cli.process;

import dev.trivet.cli.api.JobStatus;

/** What the commands return to the shell. */
public final class ExitCode {
    /** Done, or the run succeeded. */
    public static final int SUCCESS = 0;

    /** The run failed, or the command could not do what it was asked. */
    public static final int FAILED = 1;

    /** Wrong usage, or a manifest that is none. */
    public static final int USAGE = 2;

    /** A pipeline that is rejected, as Harmont's own client has it. */
    public static final int REJECTED = 7;

    /** The run took too long; as {@code timeout(1)} says it. */
    public static final int TIMEOUT = 124;

    /** Interrupted, or the run was cancelled. */
    public static final int INTERRUPTED = 130;

    /** Who read the output went away; as a shell says it of SIGPIPE. */
    public static final int OUTPUT_CLOSED = 141;

    private ExitCode() {}

    /** The code for the end of a run. */
    public static int of(JobStatus status) {
        return switch (status) {
            case SUCCESS -> SUCCESS;
            case TIMEOUT -> TIMEOUT;
            case CANCELLED -> INTERRUPTED;
            case FAILED, PENDING, QUEUED, RUNNING, UNKNOWN -> FAILED;
        };
    }

    /** The worse of two: the first one that is not success. */
    public static int worse(int first, int second) {
        return first != SUCCESS ? first : second;
    }
}
