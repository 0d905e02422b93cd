package dev.trivet.web;

import dev.trivet.engine.Event;
import dev.trivet.engine.EventFeed;
import dev.trivet.store.DatabaseUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the engine's events once for all open pages and wakes those that show what changed. Thread-safe. */
final class RunWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunWatch.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    /** In place of a run's id: all runs. */
    private static final long ALL = 0;

    private final EventFeed events;
    private final Map<Long, Set<Signal>> waiting = new ConcurrentHashMap<>();
    private final Thread thread = Thread.ofVirtual().name("web-events").unstarted(this::follow);

    RunWatch(EventFeed events) {
        this.events = Objects.requireNonNull(events, "events is null");
    }

    void start() {
        thread.start();
    }

    /** Tells of one run until it is closed. */
    Subscription of(long runId) {
        return subscribe(runId);
    }

    /** Tells of all runs until it is closed. */
    Subscription ofAll() {
        return subscribe(ALL);
    }

    private Subscription subscribe(long key) {
        Signal signal = new Signal();
        waiting.compute(key, (id, before) -> {
            Set<Signal> signals = before == null ? ConcurrentHashMap.newKeySet() : before;
            signals.add(signal);
            return signals;
        });
        return new Subscription(
                signal,
                () -> waiting.computeIfPresent(key, (id, signals) -> {
                    signals.remove(signal);
                    return signals.isEmpty() ? null : signals;
                }));
    }

    private void follow() {
        try {
            Event.Position position = null;
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    if (position == null) {
                        position = events.end();
                        // What happened before is not told: let all look for themselves.
                        waiting.values().forEach(signals -> signals.forEach(Signal::raise));
                    }
                    position = next(position);
                } catch (DatabaseUnavailableException e) {
                    position = null;
                    Thread.sleep(PAUSE);
                } catch (RuntimeException e) {
                    LOG.warn("cannot read the events for open pages; trying again", e);
                    position = null;
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Event.Position next(Event.Position position) throws InterruptedException {
        long version = events.version();
        List<Event> news = events.after(position);
        if (news.isEmpty()) {
            events.await(version);
            return position;
        }
        news.stream().mapToLong(Event::runId).distinct().forEach(this::raise);
        raise(ALL);
        return news.getLast().position();
    }

    private void raise(long key) {
        waiting.getOrDefault(key, Set.of()).forEach(Signal::raise);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            boolean _ = thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A signal that is raised as long as this is open.
     *
     * @param signal the signal
     * @param end takes it out
     */
    record Subscription(Signal signal, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }
}
