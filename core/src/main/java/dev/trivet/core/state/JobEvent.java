package dev.trivet.core.state;

/** What can happen to a job. */
public enum JobEvent {
    /** Somebody starts a held job. */
    RELEASE,
    /** The last open prerequisite was satisfied. */
    OPEN,
    /** An earlier success under the same cache key counts for it: it does not run. */
    ADOPT,
    /** A runner claimed it. */
    LEASE,
    /** The runner starts executing. */
    START,
    PASS,
    FAIL,
    TIME_OUT,
    CANCEL,
    /** A prerequisite ended so that this job can never run. */
    SKIP,
    /** Its runner is gone. */
    LOSE,
    /** The attempt ended badly and the policy grants another one. */
    RETRY
}
