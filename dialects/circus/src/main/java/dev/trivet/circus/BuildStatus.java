package dev.trivet.circus;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where a build stands (spec section 1.2). */
public enum BuildStatus {
    PENDING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    /** Something that it needs was not built. */
    DEPENDENCY_FAILED,
    /** Its machine was lost more often than it is tried again. */
    ABORTED,
    CANCELLED,
    /** Its outputs are there, and say that it failed. */
    FAILED_WITH_OUTPUT,
    TIMEOUT,
    /** It failed a short while ago, for a reason that another try does not change. */
    CACHED_FAILURE,
    /** No machine builds for its system. */
    UNSUPPORTED_SYSTEM,
    LOG_LIMIT_EXCEEDED,
    NAR_SIZE_LIMIT_EXCEEDED,
    NON_DETERMINISTIC;

    /** Its name in JSON and in the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of that name, if there is one. */
    public static Optional<BuildStatus> named(String wireName) {
        return Arrays.stream(values())
                .filter(status -> status.wireName().equals(wireName))
                .findFirst();
    }

    /** Whether it is over. */
    public boolean finished() {
        return this != PENDING && this != RUNNING;
    }

    /** Whether the same derivation is not tried again for a while. */
    boolean isRemembered() {
        return switch (this) {
            case FAILED, FAILED_WITH_OUTPUT, LOG_LIMIT_EXCEEDED, NAR_SIZE_LIMIT_EXCEEDED, NON_DETERMINISTIC -> true;
            case PENDING,
                    RUNNING,
                    SUCCEEDED,
                    DEPENDENCY_FAILED,
                    ABORTED,
                    CANCELLED,
                    TIMEOUT,
                    CACHED_FAILURE,
                    UNSUPPORTED_SYSTEM -> false;
        };
    }
}
