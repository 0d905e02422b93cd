package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

/**
 * A status that somebody is about to send; nobody else sends one of this build while the claim is good.
 *
 * @param version the change of the build that it is about
 * @param claim whose claim it is; counts them
 */
record ClaimedStatus(StoredStatus status, int version, int claim) {
    ClaimedStatus {
        requireNonNull(status, "status is null");
    }

    /** Whether somebody may have sent the first one without having been able to note it. */
    boolean isRepeated() {
        return status.sent() == null && claim > 1;
    }
}
