package dev.trivet.store;

import dev.trivet.core.plan.Outcome;
import dev.trivet.core.state.JobState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job as stored.
 *
 * @param attempt number of its newest attempt; 0 before the first
 * @param stopRequested a running attempt is being canceled
 * @param startedAt when the newest attempt started, or null
 * @param runnerName where the newest attempt ran or runs, or null
 */
public record JobRow(
        long id,
        long runId,
        String key,
        String name,
        JobState state,
        int priority,
        int attempt,
        boolean stopRequested,
        boolean softFailed,
        @Nullable Outcome outcome,
        Instant createdAt,
        @Nullable Instant readyAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String runnerName) {}
