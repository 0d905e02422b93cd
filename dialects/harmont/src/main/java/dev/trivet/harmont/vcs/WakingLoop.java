package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import dev.trivet.store.DatabaseUnavailableException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does one thing again and again on a virtual thread: as long as there is something to do, when it is woken, and at least once in an interval. */
final class WakingLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WakingLoop.class);
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    private final Duration interval;
    private final BooleanSupplier pass;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean isWoken;
    private boolean isClosed;

    /** @param pass true when it may have left something; on an interrupt it ends soon */
    WakingLoop(String name, Duration interval, BooleanSupplier pass) {
        this.interval = requireNonNull(interval, "interval is null");
        this.pass = requireNonNull(pass, "pass is null");
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void wake() {
        lock.lock();
        try {
            isWoken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (isOpen()) {
                boolean more = tried();
                if (!more) {
                    await();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean tried() {
        try {
            return pass.getAsBoolean();
        } catch (DatabaseUnavailableException e) {
            log.debug("{} waits for the database", thread.getName());
        } catch (RuntimeException e) {
            if (isOpen()) {
                log.error("{} failed and will be tried again", thread.getName(), e);
            }
        }
        return false;
    }

    private boolean isOpen() {
        lock.lock();
        try {
            return !isClosed;
        } finally {
            lock.unlock();
        }
    }

    private void await() throws InterruptedException {
        lock.lock();
        try {
            long nanos = interval.toNanos();
            while (!isWoken && !isClosed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            isWoken = false;
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts what is under way and waits for its end, ten seconds at most. */
    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        try {
            if (thread.isAlive() && !thread.join(FAREWELL)) {
                log.warn("{} has not ended", thread.getName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
