package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.engine.Event.Position;
import dev.trivet.store.Database;
import dev.trivet.store.DatabaseUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable sequence of events. A named listener sees each event at least once and in order, over restarts; a follower reads from
 * a position of its own. Thread-safe.
 */
public final class EventFeed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventFeed.class);
    private static final int BATCH = 500;

    private final Database database;
    private final Duration pollInterval;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition nudged = lock.newCondition();
    private long version;
    private final CountDownLatch closed = new CountDownLatch(1);

    EventFeed(Database database, Duration pollInterval) {
        this.database = requireNonNull(database, "database is null");
        this.pollInterval = requireNonNull(pollInterval, "pollInterval is null");
    }

    /** Up to 500 events after {@code position}, oldest first. */
    public List<Event> after(Position position) {
        return database.read(handle -> select(handle, position));
    }

    /** Where the sequence ends now. */
    public Position end() {
        return database.read(handle -> handle.createQuery("""
                        select txid, seq from event where txid < pg_snapshot_xmin(pg_current_snapshot())
                        order by txid desc, seq desc limit 1
                        """)
                .map((row, context) -> new Position(row.getString("txid"), row.getLong("seq")))
                .findOne()
                .orElse(Position.START));
    }

    /** Waits until something may have been added, or the poll interval is over. */
    public void await(long seenVersion) throws InterruptedException {
        lock.lock();
        try {
            long nanos = pollInterval.toNanos();
            while (version <= seenVersion && nanos > 0 && !closed()) {
                nanos = nudged.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Take it before reading, give it to {@link #await}. */
    public long version() {
        lock.lock();
        try {
            return version;
        } finally {
            lock.unlock();
        }
    }

    void nudge() {
        lock.lock();
        try {
            version++;
            nudged.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Calls {@code listener} with each event from where {@code name} stopped, on a thread of its own, until this feed is closed. A
     * listener that throws is given the same events again after a pause.
     *
     * @param listener gets non-empty batches in order
     */
    public void listen(String name, Consumer<List<Event>> listener) {
        Thread.ofVirtual().name("events-" + name).start(() -> {
            while (!closed()) {
                try {
                    long seen = version();
                    if (!deliver(name, listener)) {
                        await(seen);
                    }
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    return;
                } catch (DatabaseUnavailableException unavailable) {
                    pause();
                } catch (RuntimeException failed) {
                    log.warn("listener {} failed, its events will be repeated", name, failed);
                    pause();
                }
            }
        });
    }

    private boolean deliver(String name, Consumer<List<Event>> listener) {
        Position from =
                database.read(handle -> handle.createQuery("select txid, seq from listener_cursor where name = :name")
                        .bind("name", name)
                        .map((row, context) -> new Position(row.getString("txid"), row.getLong("seq")))
                        .findOne()
                        .orElse(Position.START));
        List<Event> events = after(from);
        if (events.isEmpty()) {
            return false;
        }
        listener.accept(events);
        Position last = events.getLast().position();
        database.write(handle -> handle.createUpdate("""
                        insert into listener_cursor (name, txid, seq) values (:name, cast(:txid as xid8), :seq)
                        on conflict (name) do update set txid = excluded.txid, seq = excluded.seq
                        """)
                .bind("name", name)
                .bind("txid", last.transaction())
                .bind("seq", last.sequence())
                .execute());
        return true;
    }

    private static List<Event> select(Handle handle, Position position) {
        return handle.createQuery("""
                        select txid, seq, at, run_id, job_id, kind, data from event
                        where (txid, seq) > (cast(:txid as xid8), :seq)
                          and txid < pg_snapshot_xmin(pg_current_snapshot())
                        order by txid, seq limit :batch
                        """)
                .bind("txid", position.transaction())
                .bind("seq", position.sequence())
                .bind("batch", BATCH)
                .map((row, context) -> new Event(
                        new Position(row.getString("txid"), row.getLong("seq")),
                        row.getTimestamp("at").toInstant(),
                        row.getLong("run_id"),
                        row.getObject("job_id", Long.class),
                        row.getString("kind"),
                        row.getString("data")))
                .list();
    }

    private void pause() {
        try {
            closed.await(500, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            closed.countDown();
        }
    }

    private boolean closed() {
        return closed.getCount() == 0;
    }

    @Override
    public void close() {
        closed.countDown();
        nudge();
    }
}
