package dev.trivet.circus.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class BoundedCacheTest {
    @Test
    void whatIsRememberedIsBoundedAndForgottenInTime() {
        var now = new AtomicReference<>(Instant.EPOCH);
        var cache = new BoundedCache<Integer, String>(100, Duration.ofSeconds(10), String::length, now::get);
        for (int i = 0; i < 1000; i++) {
            cache.put(i, "0123456789", cache.version());
        }
        assertThat(cache.get(999)).hasValue("0123456789");
        assertThat(cache.get(1)).isEmpty();
        long before = cache.version();
        cache.forget(999);
        cache.put(999, "of before", before);
        assertThat(cache.get(999)).isEmpty();
        cache.put(999, "now", cache.version());
        now.set(Instant.EPOCH.plusSeconds(11));
        assertThat(cache.get(999)).isEmpty();
    }
}
