package dev.trivet.core.plan;

import java.util.Locale;

/** Why a job or a step ended as it did, where the state alone does not say it. */
public enum Reason {
    PASSED,
    /** An earlier success counts for it. */
    CACHED,
    /** A command exited with a code other than 0. */
    EXIT_CODE,
    /** A signal ended a command. */
    SIGNAL,
    OUT_OF_MEMORY,
    DISK_LIMIT,
    LOG_LIMIT,
    STEP_TIMEOUT,
    JOB_TIMEOUT,
    RUN_TIMEOUT,
    /** No output for too long. */
    SILENCE_TIMEOUT,
    /** The image is not there. */
    IMAGE_UNAVAILABLE,
    /** Packages, sources or files could not be prepared. */
    SETUP_FAILED,
    /** An artifact is missing, too large or no regular file. */
    ARTIFACT_FAILED,
    CANCELED,
    /** The runner stopped beating. */
    RUNNER_LOST,
    /** The sandbox went away, or could not be opened. */
    SANDBOX_LOST,
    /** The file system could not be kept for the jobs that build in it. */
    SNAPSHOT_FAILED,
    /** A prerequisite did not pass. */
    PREREQUISITE_FAILED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
