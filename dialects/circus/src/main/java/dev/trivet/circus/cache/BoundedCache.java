package dev.trivet.circus.cache;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/**
 * Remembers values for a while, in bounded room: entries stand in a young and an old generation; when the young one has half of the room it
 * becomes the old one, and what was not asked for since then is forgotten. Reads take no lock. Thread-safe.
 */
final class BoundedCache<K, V> {
    private final long room;
    private final long ageMillis;
    private final ToLongFunction<V> weight;
    private final InstantSource clock;
    private final AtomicLong forgotten = new AtomicLong();
    private volatile Generation<K, V> young = new Generation<>();
    private volatile Generation<K, V> old = new Generation<>();

    /**
     * @param room for all values together
     * @param weight of a value, in the unit of the room
     */
    BoundedCache(long room, Duration age, ToLongFunction<V> weight, InstantSource clock) {
        this.room = room;
        this.ageMillis = age.toMillis();
        this.weight = Objects.requireNonNull(weight, "weight is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    Optional<V> get(K key) {
        Entry<V> entry = young.entries.get(key);
        if (entry == null) {
            entry = old.entries.get(key);
            if (entry != null) {
                enter(key, entry);
            }
        }
        return entry == null || entry.until < clock.millis() ? Optional.empty() : Optional.of(entry.value);
    }

    /** To be asked before a value is looked up that is then put. */
    long version() {
        return forgotten.get();
    }

    /** Remembers a value, unless something was forgotten since that version: it may have been this one. */
    void put(K key, V value, long version) {
        put(key, value, version, Duration.ofMillis(ageMillis));
    }

    /** The same for another time. */
    void put(K key, V value, long version, Duration age) {
        if (version == forgotten.get()) {
            enter(key, new Entry<>(value, clock.millis() + age.toMillis()));
            if (version != forgotten.get()) {
                drop(key);
            }
        }
    }

    private void enter(K key, Entry<V> entry) {
        Generation<K, V> generation = young;
        long added = weight.applyAsLong(entry.value);
        if (generation.entries.put(key, entry) == null && generation.weight.addAndGet(added) > room / 2) {
            turn(generation);
        }
    }

    private synchronized void turn(Generation<K, V> full) {
        if (young == full) {
            old = full;
            young = new Generation<>();
        }
    }

    /** Forgets a value. */
    void forget(K key) {
        forgotten.incrementAndGet();
        drop(key);
    }

    private void drop(K key) {
        young.entries.remove(key);
        old.entries.remove(key);
    }

    /** Forgets all. */
    synchronized void clear() {
        forgotten.incrementAndGet();
        young = new Generation<>();
        old = new Generation<>();
    }

    private record Entry<V>(V value, long until) {}

    private static final class Generation<K, V> {
        final ConcurrentHashMap<K, Entry<V>> entries = new ConcurrentHashMap<>();
        final AtomicLong weight = new AtomicLong();
    }
}
