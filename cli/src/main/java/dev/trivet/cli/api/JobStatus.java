package dev.trivet.cli.api;

import java.util.Locale;

/** The states of a job (spec section 1). */
public enum JobStatus {
    PENDING,
    QUEUED,
    RUNNING,
    SUCCESS,
    FAILED,
    TIMEOUT,
    CANCELLED,
    /** A word that this client does not know; taken for a state that is left some day. */
    UNKNOWN;

    /** True when the job is over. */
    public boolean terminal() {
        return switch (this) {
            case SUCCESS, FAILED, TIMEOUT, CANCELLED -> true;
            case PENDING, QUEUED, RUNNING, UNKNOWN -> false;
        };
    }

    /** As the API writes it: lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static JobStatus read(String word) {
        for (JobStatus status : values()) {
            if (status.word().equals(word)) {
                return status;
            }
        }
        return UNKNOWN;
    }
}
