package dev.trivet.circus.cache;

import dev.trivet.nix.PathAbsentException;
import dev.trivet.store.DatabaseUnavailableException;
import dev.trivet.store.NotificationListener;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what was built in the store of this machine into caches, beside everything else: takes tasks, some at once, and tries again later
 * what did not work. A task that a server held when it died is taken again by it at once, by others after two minutes. Thread-safe.
 */
final class Publisher implements AutoCloseable, NotificationListener {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final Duration HOLD = Duration.ofMinutes(2);
    private static final long HOLD_AGAIN_SECONDS = 30;
    private static final long LOOK_SECONDS = 5;
    private static final long OUTAGE_SECONDS = 1;
    private static final int MOST_ATTEMPTS = 12;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final PublicationStore tasks;
    private final Work work;
    private final String store;
    private final InstantSource clock;
    private final int atOnce;
    private final Semaphore wakes = new Semaphore(0);
    private final Map<UUID, Thread> running = new ConcurrentHashMap<>();
    private final Thread holder = Thread.ofVirtual().name("cache-holder").unstarted(this::hold);
    private volatile boolean closed;

    /** What is done for one build; returns when it is done. */
    interface Work {
        /**
         * @throws Hopeless if another try does not help
         * @throws IOException if one may
         */
        void publish(PublicationStore.Task task) throws IOException, InterruptedException;
    }

    /** What cannot be done, however often it is tried. */
    static final class Hopeless extends IOException {
        Hopeless(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** @param store the word by which evaluations name the store of this machine */
    Publisher(PublicationStore tasks, Work work, String store, InstantSource clock, int atOnce) {
        this.tasks = Objects.requireNonNull(tasks, "tasks is null");
        this.work = Objects.requireNonNull(work, "work is null");
        this.store = Objects.requireNonNull(store, "store is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.atOnce = atOnce;
    }

    void start() {
        Thread.ofVirtual().name("cache-publisher").start(this::loop);
        holder.start();
    }

    private void loop() {
        boolean released = false;
        while (!closed) {
            long pause = LOOK_SECONDS;
            try {
                if (!released) {
                    tasks.release();
                    released = true;
                }
                take();
            } catch (DatabaseUnavailableException away) {
                pause = OUTAGE_SECONDS;
            } catch (RuntimeException failed) {
                log.warn("what is to be published cannot be looked up, it is tried again", failed);
            }
            try {
                var _ = wakes.tryAcquire(pause, TimeUnit.SECONDS);
                wakes.drainPermits();
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private void take() {
        int free = atOnce - running.size();
        if (free > 0) {
            Instant now = clock.instant();
            for (PublicationStore.Task task : tasks.claim(store, now, now.plus(HOLD), free)) {
                Thread thread = Thread.ofVirtual().name("cache-build").unstarted(() -> run(task));
                running.put(task.build(), thread);
                thread.start();
            }
        }
    }

    private void run(PublicationStore.Task task) {
        try {
            attempt(task);
        } catch (DatabaseUnavailableException away) {
            log.debug("build {} is published when the database is back", task.build());
        } catch (RuntimeException unexpected) {
            log.error("build {} cannot be published", task.build(), unexpected);
        } finally {
            running.remove(task.build());
            wake();
        }
    }

    private void attempt(PublicationStore.Task task) {
        try {
            work.publish(task);
            tasks.done(task);
        } catch (InterruptedException stopped) {
            log.debug("build {} is published after the next start", task.build());
        } catch (PathAbsentException | Hopeless gone) {
            log.warn("build {} is not published: {}", task.build(), gone.getMessage());
            tasks.givenUp(task, String.valueOf(gone.getMessage()));
        } catch (IOException | RuntimeException failed) {
            if (failed instanceof DatabaseUnavailableException away) {
                throw away;
            }
            again(task, failed);
        }
    }

    private void again(PublicationStore.Task task, Exception failed) {
        String reason = Objects.requireNonNullElse(failed.getMessage(), failed.toString());
        if (closed) {
            return;
        }
        if (task.attempts() >= MOST_ATTEMPTS) {
            log.warn("build {} is not published after {} attempts: {}", task.build(), task.attempts(), reason, failed);
            tasks.givenUp(task, reason);
            return;
        }
        Duration pause = pause(task.attempts());
        log.warn("build {} cannot be published, it is tried again in {}: {}", task.build(), pause, reason);
        tasks.failed(task, reason, clock.instant().plus(pause));
    }

    /** 5, 10, 20, … seconds, up to an hour. */
    static Duration pause(int attempts) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.clamp(attempts - 1, 0, 20));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private void hold() {
        while (!closed) {
            try {
                TimeUnit.SECONDS.sleep(HOLD_AGAIN_SECONDS);
                Set<UUID> builds = Set.copyOf(running.keySet());
                if (!builds.isEmpty()) {
                    tasks.hold(builds, clock.instant().plus(HOLD));
                }
            } catch (InterruptedException stopped) {
                return;
            } catch (RuntimeException away) {
                log.debug("what is published cannot be held on to", away);
            }
        }
    }

    private void wake() {
        wakes.release();
    }

    @Override
    public void onNotification(String payload) {
        wake();
    }

    @Override
    public void onGap() {
        wake();
    }

    /** What is under way is given up, and done after the next start. Waits for it to be over. */
    @Override
    public void close() {
        closed = true;
        wake();
        List<Thread> threads = new ArrayList<>(running.values());
        holder.interrupt();
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(LOOK_SECONDS));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
