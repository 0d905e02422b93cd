package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How sending a status ended (spec section 6.3). */
public sealed interface StatusResult {

    /**
     * The forge has it.
     *
     * @param checkId the forge's id of the check, for the next update; null if it has none
     */
    record Done(@Nullable String checkId) implements StatusResult {}

    /** The forge wants nothing before this time: 429, and what GitHub says instead. */
    record RateLimited(Instant until) implements StatusResult {
        public RateLimited {
            requireNonNull(until, "until is null");
        }
    }

    /** It will never take it: any other 4xx. */
    record GiveUp(String reason) implements StatusResult {
        public GiveUp {
            requireNonNull(reason, "reason is null");
        }
    }

    /** It may take it later: 5xx, or no answer at all. */
    record Retry(String reason) implements StatusResult {
        public Retry {
            requireNonNull(reason, "reason is null");
        }
    }
}
