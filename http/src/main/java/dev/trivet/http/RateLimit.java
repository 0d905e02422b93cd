package dev.trivet.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Lets each address make so many requests a second, and some more at once after it was quiet: a bucket of tokens for each. Who has none is
 * answered 429 without a body. Addresses that were quiet for five minutes are forgotten, and of more than {@value #MOST} those that were
 * quiet longest. Thread-safe.
 */
public final class RateLimit implements Gate {
    private static final int MOST = 100_000;
    private static final long QUIET = Duration.ofMinutes(5).toNanos();

    private final double perNano;
    private final int burst;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MOST || nanos.getAsLong() - eldest.getValue().at > QUIET;
        }
    };

    /**
     * @param perSecond how many requests a second, at least 1
     * @param burst how many at once, at least 1
     * @param nanos a clock that only goes forward, such as {@link System#nanoTime}
     */
    public RateLimit(int perSecond, int burst, LongSupplier nanos) {
        if (perSecond < 1 || burst < 1) {
            throw new IllegalArgumentException("a rate and a burst are at least 1, not " + perSecond + " and " + burst);
        }
        this.perNano = perSecond / (double) TimeUnit.SECONDS.toNanos(1);
        this.burst = burst;
        this.nanos = nanos;
    }

    @Override
    public Optional<Response> refuse(String remoteAddress) {
        long now = nanos.getAsLong();
        lock.lock();
        try {
            Bucket before = buckets.getOrDefault(remoteAddress, new Bucket(burst, now));
            double tokens = Math.min(burst, before.tokens + (now - before.at) * perNano);
            boolean passes = tokens >= 1;
            buckets.put(remoteAddress, new Bucket(passes ? tokens - 1 : tokens, now));
            return passes ? Optional.empty() : Optional.of(Response.empty(429).with("Retry-After", "1"));
        } finally {
            lock.unlock();
        }
    }

    private record Bucket(double tokens, long at) {}
}
