package dev.trivet.circus;

import dev.trivet.core.plan.NixSpec;
import dev.trivet.engine.Event;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What runners tell of a job is with the server that they talk to. Where several share a database, the others leave the end of such a job to
 * that one; if it does not come for a while, they go on without what it was told. Thread-safe.
 */
final class Elsewhere {
    private static final int MOST = 100_000;

    private final LogStore logs;
    private final Duration patience;
    private final InstantSource clock;
    private final Map<Long, Event> waiting = new ConcurrentHashMap<>();

    /** @param patience how long after the end of a job the server that has its lines may take */
    Elsewhere(LogStore logs, Duration patience, InstantSource clock) {
        this.logs = Objects.requireNonNull(logs, "logs is null");
        this.patience = Objects.requireNonNull(patience, "patience is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** Whether this server was told nothing of a job. */
    boolean has(long jobId) {
        try {
            return !logs.status(new LogKey(jobId, NixSpec.RESULTS)).exists()
                    && !logs.status(new LogKey(jobId, NixSpec.OUTPUT)).exists();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Whether who has the lines of something that ended then has had its time. */
    boolean isOver(Instant ended) {
        return !clock.instant().isBefore(ended.plus(patience));
    }

    /** Waits for another server to take notice of this end. What does not fit is looked for at the next start. */
    void await(long jobId, Event end) {
        if (waiting.size() < MOST) {
            waiting.put(jobId, end);
        }
    }

    /** Ends that were waited for long enough; they are not answered again. */
    List<Event> due() {
        List<Event> due =
                waiting.values().stream().filter(end -> isOver(end.at())).toList();
        due.forEach(end -> waiting.values().remove(end));
        return due;
    }
}
