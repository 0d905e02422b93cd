package dev.trivet.circus;

import dev.trivet.store.DatabaseUnavailableException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beats for services that have no loop of their own to do it. After an outage of the database they are heard of again within a second.
 * Thread-safe.
 */
final class Pulse implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Pulse.class);
    private static final Duration BETWEEN = Duration.ofSeconds(5);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final Heartbeats heartbeats;
    private final Map<String, Duration> services;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param services with the interval that is expected of each, at least 5 seconds */
    Pulse(Heartbeats heartbeats, Map<String, Duration> services) {
        this.heartbeats = Objects.requireNonNull(heartbeats, "heartbeats is null");
        this.services = Map.copyOf(services);
    }

    /** Beats at once, so that the services are known when this returns, and from then on. */
    void start() {
        Duration pause = beat();
        Thread.ofVirtual().name("circus-pulse").start(() -> run(pause));
    }

    private void run(Duration first) {
        Duration pause = first;
        try {
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = beat();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration beat() {
        try {
            services.forEach(heartbeats::beat);
            return BETWEEN;
        } catch (DatabaseUnavailableException unavailable) {
            log.debug("there is no database to beat in");
        } catch (RuntimeException failed) {
            log.warn("the services cannot be noted as alive, it is tried again", failed);
        }
        return AFTER_FAILURE;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
