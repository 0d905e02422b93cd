package dev.trivet.engine;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, in the order in which it was committed.
 *
 * @param position where it stands in the sequence
 * @param kind {@code run.<state>}, {@code job.<state>}, {@code step.<state>}, {@code run.submitted}, {@code run.grown},
 *     {@code job.retried}, {@code artifact.added}, {@code run.cancel}, {@code run.run_timeout}
 * @param data JSON object
 */
public record Event(
        Position position, Instant at, long runId, @Nullable Long jobId, String kind, String data) {
    public Event {
        Objects.requireNonNull(position, "position is null");
        Objects.requireNonNull(kind, "kind is null");
    }

    /**
     * A place in the sequence of events. Transactions order it, so that a reader never passes an event that is still to be
     * committed.
     */
    public record Position(String transaction, long sequence) {
        public static final Position START = new Position("0", 0);
    }
}
