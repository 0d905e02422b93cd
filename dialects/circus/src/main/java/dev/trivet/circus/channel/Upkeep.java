package dev.trivet.circus.channel;

import dev.trivet.circus.Promotions;
import dev.trivet.store.Database;
import dev.trivet.store.DatabaseUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the files of new promotions before somebody asks for them, and now and then promotes what was overlooked: channels that were declared, and
 * evaluations that other programs wrote. Thread-safe.
 */
final class Upkeep implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(60);
    /** New promotions of other servers are not told of. */
    private static final Duration POLL = Duration.ofSeconds(5);

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST_END = Duration.ofSeconds(5);
    private static final int AT_ONCE = 20;

    private final Database database;
    private final ChannelStore store;
    private final Publisher publisher;
    private final InstantSource clock;
    private final Semaphore wakeups = new Semaphore(0);
    private Instant lastLook = Instant.EPOCH;
    private volatile boolean closed;
    private @Nullable Thread thread;

    Upkeep(Database database, ChannelStore store, Publisher publisher, InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.store = Objects.requireNonNull(store, "store is null");
        this.publisher = Objects.requireNonNull(publisher, "publisher is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    void start() {
        thread = Thread.ofVirtual().name("circus-channels").start(this::run);
    }

    /** There may be new promotions. */
    void wake() {
        wakeups.release();
    }

    private void run() {
        while (!closed) {
            boolean more = false;
            try {
                more = pass();
            } catch (DatabaseUnavailableException away) {
                log.debug("the database is away", away);
            } catch (RuntimeException failed) {
                log.warn("channels cannot be looked after; trying again in {} s", POLL.toSeconds(), failed);
            }
            try {
                if (!more && wakeups.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                    // What came together is looked at together.
                    TimeUnit.MILLISECONDS.sleep(SHORTEST.toMillis());
                    wakeups.drainPermits();
                }
            } catch (InterruptedException interrupted) {
                return;
            }
        }
    }

    /** Does what is due; answers whether there is more. */
    private boolean pass() {
        Instant now = clock.instant();
        if (!now.isBefore(lastLook.plus(BETWEEN_LOOKS))) {
            lastLook = now;
            int promoted = database.write(handle -> new Promotions(handle).catchUp(null, now));
            if (promoted > 0) {
                log.info("{} channels show newer evaluations now", promoted);
            }
            store.forget();
        }
        List<Promotion> due = store.unpublished(AT_ONCE);
        for (Promotion promotion : due) {
            if (closed) {
                return false;
            }
            try {
                publisher.publish(promotion);
            } catch (IOException failed) {
                log.warn("the files of {} cannot be made; trying again later", promotion.place(), failed);
            }
        }
        return due.size() == AT_ONCE;
    }

    @Override
    public void close() {
        closed = true;
        wake();
        Thread running = thread;
        if (running != null) {
            try {
                running.join(LONGEST_END);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
