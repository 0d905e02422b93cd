package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a build, for {@link BuildReport}.
 *
 * @param state its state word (spec section 1.3)
 * @param softFailed it failed, but that does not count
 * @param message why it failed, if there is more to say than the exit code
 */
public record JobReport(
        String key,
        @Nullable String label,
        String state,
        boolean softFailed,
        @Nullable Integer exitCode,
        @Nullable String message,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {
    public JobReport {
        requireNonNull(key, "key is null");
        requireNonNull(state, "state is null");
    }

    /** What people call it. */
    String name() {
        return label == null || label.isBlank() ? key : label;
    }
}
