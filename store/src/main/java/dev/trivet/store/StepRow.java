package dev.trivet.store;

import dev.trivet.core.state.StepState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step as stored.
 *
 * @param number 0 is the setup; the plan's steps follow from 1
 */
public record StepRow(
        long jobId,
        int number,
        String name,
        StepState state,
        @Nullable Integer exitCode,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {}
