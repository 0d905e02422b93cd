package dev.trivet.sandbox.linux;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that looks at the bounds of all open sandboxes ten times a second. Thread-safe. */
final class Watch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Watch.class);
    private static final long EVERY_MILLIS = 100;

    private final Set<Bounds> watched = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sandbox-watch").factory());

    Watch() {
        var _ = clock.scheduleWithFixedDelay(this::look, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    void add(Bounds bounds) {
        watched.add(bounds);
    }

    void remove(Bounds bounds) {
        watched.remove(bounds);
    }

    private void look() {
        for (var bounds : watched) {
            try {
                bounds.check();
            } catch (RuntimeException e) {
                log.warn("a sandbox's bounds could not be looked at", e);
            }
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
