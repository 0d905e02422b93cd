package dev.trivet.srht;

import dev.trivet.engine.Event;
import dev.trivet.engine.EventFeed;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Keeps what this dialect stores of the engine's doings: when a job was last changed. The state itself is always read from the
 * engine, so there is no second truth that could lag behind. Repeated events do no harm.
 */
public final class SrhtListener implements Consumer<List<Event>> {
    private final JobStore jobs;

    public SrhtListener(JobStore jobs) {
        this.jobs = Objects.requireNonNull(jobs, "jobs is null");
    }

    /** Listens from where it stopped last time. */
    public void listenTo(EventFeed feed) {
        feed.listen(SrhtPlanner.DIALECT, this);
    }

    @Override
    public void accept(List<Event> events) {
        Map<Long, Instant> changed = new HashMap<>();
        for (Event event : events) {
            changed.merge(event.runId(), event.at(), (one, other) -> one.isAfter(other) ? one : other);
        }
        jobs.touch(changed);
    }
}
