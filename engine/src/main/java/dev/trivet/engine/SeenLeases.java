package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Leases that were found in the database a moment ago, so that not every piece of a log asks for its lease again. One that ends in this process
 * is forgotten in that moment; that another server has ended one is seen after {@link #FRESH} at the latest, and at once when the next attempt
 * of the job says something here. Thread-safe.
 */
final class SeenLeases {
    static final Duration FRESH = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final Map<Long, Seen> byJob = new ConcurrentHashMap<>();
    /** Counts ends: what was looked up before one may be over when it is noted. */
    private final AtomicLong ends = new AtomicLong();

    SeenLeases(InstantSource clock) {
        this.clock = requireNonNull(clock, "clock is null");
    }

    /**
     * The steps of the attempt's job, if the caller has its lease.
     *
     * @param look asks the database
     */
    Set<Integer> steps(LeaseCaller caller, AttemptRef ref, Supplier<Optional<Set<Integer>>> look) {
        Instant now = clock.instant();
        Seen seen = byJob.get(ref.jobId());
        if (seen != null && seen.caller.equals(caller) && seen.ref.equals(ref) && now.isBefore(seen.until)) {
            return seen.steps;
        }
        long before = ends.get();
        Optional<Set<Integer>> steps = look.get();
        steps.ifPresent(found -> note(new Seen(caller, ref, found, now.plus(FRESH)), before));
        return steps.orElse(Set.of());
    }

    private void note(Seen found, long before) {
        Instant now = clock.instant();
        byJob.values().removeIf(old -> !now.isBefore(old.until));
        byJob.compute(found.ref.jobId(), (job, old) -> ends.get() == before ? found : old);
    }

    /** The attempt has ended. */
    void over(AttemptRef ref) {
        // In this order: what is noted meanwhile is either not noted or removed.
        ends.incrementAndGet();
        byJob.remove(ref.jobId());
    }

    private record Seen(LeaseCaller caller, AttemptRef ref, Set<Integer> steps, Instant until) {
        Seen {
            steps = Set.copyOf(steps);
        }
    }
}
