package dev.trivet.runner;

/** Why a runner ends an attempt before it ends by itself. */
enum StopCause {
    CANCEL,
    RUN_TIMEOUT,
    JOB_TIMEOUT,
    STEP_TIMEOUT,
    SILENCE,
    /** The lease is gone: whatever happens here concerns nobody any more. */
    LEASE_LOST,
    /** The runner is going away; the job runs again elsewhere or later. */
    SHUTDOWN
}
