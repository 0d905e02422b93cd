package dev.trivet.store;

import dev.trivet.core.state.RunState;
import dev.trivet.core.state.RunTally;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run as stored.
 *
 * @param startedAt when its first job started, or null
 * @param finishedAt when its last job ended, or null
 */
public record RunRow(
        long id,
        String dialect,
        String tenant,
        String title,
        Map<String, String> labels,
        RunState state,
        boolean cancelRequested,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        RunTally tally) {}
