package dev.trivet.circus.cache;

import dev.trivet.store.DatabaseUnavailableException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Which archives were fetched since it was last written down. Bounded: what does not fit is not noted before the next writing. Thread-safe.
 */
final class Fetches {
    private static final int MOST = 10_000;

    private final NarInfoStore store;
    private final InstantSource clock;
    private final Set<String> blobs = ConcurrentHashMap.newKeySet();
    private final LongAdder count = new LongAdder();

    Fetches(NarInfoStore store, InstantSource clock) {
        this.store = Objects.requireNonNull(store, "store is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    void note(String blob) {
        count.increment();
        if (!blobs.contains(blob) && blobs.size() < MOST) {
            blobs.add(blob);
        }
    }

    /** How often something was fetched since the start. */
    long count() {
        return count.sum();
    }

    /** Writes down what was fetched. */
    void write() {
        Set<String> some = new TreeSet<>(blobs);
        if (some.isEmpty()) {
            return;
        }
        blobs.removeAll(some);
        try {
            store.fetched(some, clock.instant());
        } catch (DatabaseUnavailableException later) {
            blobs.addAll(some);
        }
    }
}
