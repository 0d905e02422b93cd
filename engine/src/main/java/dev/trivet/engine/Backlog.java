package dev.trivet.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which lanes may have something to claim: a hint, so that empty lanes cost nothing. A lane enters when somebody says that it has
 * work (a commit here, a notification from elsewhere, the periodic look) and leaves when a claim found it empty and nothing was said
 * since. Claimers wait on it. Thread-safe.
 */
final class Backlog {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Long, Long> lanes = new HashMap<>();
    private long version;

    /** The lanes have work. */
    void filled(Collection<Long> laneIds) {
        if (laneIds.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            version++;
            laneIds.forEach(id -> lanes.put(id, version));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Snapshot look() {
        lock.lock();
        try {
            return new Snapshot(Set.copyOf(lanes.keySet()), version);
        } finally {
            lock.unlock();
        }
    }

    /** A claim found nothing more in these lanes, having looked after {@code version}. */
    void drained(Collection<Long> laneIds, long asOf) {
        lock.lock();
        try {
            laneIds.forEach(id -> lanes.computeIfPresent(id, (lane, filledAt) -> filledAt > asOf ? filledAt : null));
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something was said after {@code version}, or the time is over. */
    void await(long asOf, Duration longest) throws InterruptedException {
        lock.lock();
        try {
            long nanos = longest.toNanos();
            while (version <= asOf && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Wakes everybody who waits, without naming a lane. */
    void nudge() {
        lock.lock();
        try {
            version++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** @param lanes that may have work, as of {@code version} */
    record Snapshot(Set<Long> lanes, long version) {}
}
