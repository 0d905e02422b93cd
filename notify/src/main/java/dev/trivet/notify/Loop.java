package dev.trivet.notify;

import static java.util.Objects.requireNonNull;

import dev.trivet.store.DatabaseUnavailableException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does one thing again and again on a virtual thread: when it is woken, and after each pause that it asks for. Thread-safe. */
public final class Loop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Loop.class);
    private static final Duration FAREWELL = Duration.ofSeconds(10);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    /** What is done. */
    @FunctionalInterface
    public interface Pass {
        /** Does it; answers how long to wait before the next time, zero for not at all. */
        Duration run() throws InterruptedException;
    }

    private final Pass pass;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean isWoken;
    private boolean isClosed;

    /** It begins with {@link #start}. */
    public Loop(String name, Pass pass) {
        this.pass = requireNonNull(pass, "pass is null");
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Ends the pause. */
    public void wake() {
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
                await(tried());
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration tried() throws InterruptedException {
        try {
            return pass.run();
        } catch (DatabaseUnavailableException gone) {
            log.debug("{} waits for the database", thread.getName());
        } catch (RuntimeException failed) {
            if (isOpen()) {
                log.error("{} failed and will be tried again", thread.getName(), failed);
            }
        }
        return AFTER_FAILURE;
    }

    private boolean isOpen() {
        lock.lock();
        try {
            return !isClosed;
        } finally {
            lock.unlock();
        }
    }

    private void await(Duration pause) throws InterruptedException {
        lock.lock();
        try {
            long nanos = pause.toNanos();
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
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
