package dev.trivet.accounts;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were found good a moment ago, so that a client that asks often does not cost a query each time. Bounded, keyed by hash. Any change
 * of users or tokens on this server empties it; one on another server is seen after {@link #LIFETIME}. Thread-safe.
 */
final class VerifiedTokens {
    /** How long a token counts without being looked at again. */
    static final Duration LIFETIME = Duration.ofSeconds(5);

    private static final int MOST = 10_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Verified> entries = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
            return size() > MOST;
        }
    };
    private long generation;

    Optional<Principal> find(byte[] hash, Instant now) {
        String key = HexFormat.of().formatHex(hash);
        lock.lock();
        try {
            Verified entry = entries.get(key);
            // A clock that was set back must not make an entry live for ever.
            return entry != null && now.isBefore(entry.until()) && !now.isBefore(entry.since())
                    ? Optional.of(entry.principal())
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** To be taken before the token is read from the database. */
    long generation() {
        lock.lock();
        try {
            return generation;
        } finally {
            lock.unlock();
        }
    }

    /** Remembers a good token, unless something changed since {@code readAt}: what was read may be outdated then. */
    void put(byte[] hash, Principal principal, @Nullable Instant expires, Instant now, long readAt) {
        Instant until = now.plus(LIFETIME);
        Verified entry = new Verified(principal, now, expires != null && expires.isBefore(until) ? expires : until);
        lock.lock();
        try {
            if (generation == readAt) {
                entries.put(HexFormat.of().formatHex(hash), entry);
            }
        } finally {
            lock.unlock();
        }
    }

    /** To be called after any change is committed. */
    void forgetAll() {
        lock.lock();
        try {
            generation++;
            entries.clear();
        } finally {
            lock.unlock();
        }
    }

    private record Verified(Principal principal, Instant since, Instant until) {}
}
