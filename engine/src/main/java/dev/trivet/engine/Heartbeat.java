package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.store.DatabaseUnavailableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's own thread: looks at the queue and the clock once in every poll interval. */
final class Heartbeat implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    private final Duration interval;
    private final Claims claims;
    private final Sweeper sweeper;
    private final Backlog backlog;
    private final CountDownLatch closed = new CountDownLatch(1);

    Heartbeat(Duration interval, Claims claims, Sweeper sweeper, Backlog backlog) {
        this.interval = requireNonNull(interval, "interval is null");
        this.claims = requireNonNull(claims, "claims is null");
        this.sweeper = requireNonNull(sweeper, "sweeper is null");
        this.backlog = requireNonNull(backlog, "backlog is null");
    }

    void start() {
        Thread.ofVirtual().name("engine-heartbeat").start(this::run);
    }

    private void run() {
        try {
            do {
                beat();
            } while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void beat() {
        try {
            claims.refresh();
            sweeper.sweep();
        } catch (DatabaseUnavailableException unavailable) {
            log.debug("database unavailable");
        } catch (RuntimeException failed) {
            log.error("the engine's periodic work failed and will be tried again", failed);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        backlog.nudge();
    }
}
