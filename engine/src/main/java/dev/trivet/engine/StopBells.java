package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Tells runners at once that an attempt is to be stopped: those that listen in this process, and those that wait with a request. Thread-safe. */
final class StopBells {
    private final Runners runners;
    private final Map<UUID, Runnable> bells = new ConcurrentHashMap<>();
    private volatile boolean lettingGo;

    StopBells(Runners runners) {
        this.runners = requireNonNull(runners, "runners is null");
    }

    void listen(UUID runner, Runnable bell) {
        bells.put(runner, bell);
    }

    void forget(UUID runner) {
        bells.remove(runner);
    }

    void ring(Collection<UUID> those) {
        for (UUID runner : those) {
            Runnable bell = bells.get(runner);
            if (bell != null) {
                bell.run();
            }
        }
    }

    /** What is to be stopped beside {@code known}; waits for the first until {@code longest} has passed. */
    Map<AttemptRef, StopReason> await(RunnerSession session, Set<AttemptRef> known, Duration longest)
            throws InterruptedException {
        var rung = new Semaphore(0);
        Runnable bell = rung::release;
        UUID runner = session.runner().id();
        // Before the look, so that nothing falls between it and the waiting.
        bells.put(runner, bell);
        try {
            Map<AttemptRef, StopReason> stops = unknown(session, known);
            boolean more = stops.isEmpty() && !lettingGo && rung.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS);
            return more ? unknown(session, known) : stops;
        } finally {
            bells.remove(runner, bell);
        }
    }

    private Map<AttemptRef, StopReason> unknown(RunnerSession session, Set<AttemptRef> known) {
        Map<AttemptRef, StopReason> stops = runners.stops(session);
        stops.keySet().removeAll(known);
        return stops;
    }

    /** From now on nobody waits. */
    void letGo() {
        lettingGo = true;
        bells.values().forEach(Runnable::run);
    }
}
