package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.store.Database;
import dev.trivet.store.DatabaseUnavailableException;
import dev.trivet.store.NotificationListener;
import dev.trivet.store.Notifications;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the other servers on the same database what is worth looking at, and hears it from them. What this server does itself it
 * knows at once; announcements are gathered for a few milliseconds, sent outside of the transactions (a NOTIFY inside would
 * serialize all commits), and may be lost: polling is the fallback. Thread-safe.
 */
final class Announcer implements AutoCloseable {
    private static final String CHANNEL = "trivet_engine";
    private static final int GATHERING_MILLIS = 5;
    /** PostgreSQL takes 8000 bytes; more lanes than fit are found by polling. */
    private static final int LONGEST = 7900;

    private final Database database;
    private final Consumer<Wakeups> heard;
    private final String self = UUID.randomUUID().toString();
    private final Object gathering = new Object();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Map.Entry<String, NotificationListener>> others = new ArrayList<>();
    private Wakeups gathered = new Wakeups();
    private boolean sending;
    private @Nullable Notifications notifications;

    Announcer(Database database, Consumer<Wakeups> heard) {
        this.database = requireNonNull(database, "database is null");
        this.heard = requireNonNull(heard, "heard is null");
    }

    /** Hears another channel on the same connection, from the start on. */
    void subscribe(String channel, NotificationListener listener) {
        synchronized (gathering) {
            others.add(Map.entry(channel, listener));
            if (notifications != null) {
                notifications.subscribe(channel, listener);
            }
        }
    }

    void start() {
        Notifications hub = Notifications.start(database.config());
        synchronized (gathering) {
            notifications = hub;
            others.forEach(other -> hub.subscribe(other.getKey(), other.getValue()));
        }
        hub.subscribe(CHANNEL, new NotificationListener() {
            @Override
            public void onNotification(String payload) {
                Announcement.parse(payload)
                        .filter(from -> !from.sender().equals(self))
                        .ifPresent(from -> heard.accept(from.wakeups()));
            }

            @Override
            public void onGap() {
                var anything = new Wakeups();
                anything.events();
                heard.accept(anything);
            }
        });
    }

    void announce(Wakeups wakeups) {
        synchronized (gathering) {
            if (notifications == null || wakeups.isEmpty()) {
                return;
            }
            gathered.add(wakeups);
            if (!sending) {
                sending = true;
                Thread.ofVirtual().name("engine-announcer").start(this::send);
            }
        }
    }

    private void send() {
        try {
            if (closed.await(GATHERING_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
            Wakeups batch;
            synchronized (gathering) {
                batch = gathered;
                gathered = new Wakeups();
                sending = false;
            }
            String payload = Announcement.format(self, batch, LONGEST);
            database.write(handle -> handle.createQuery("select cast(pg_notify(:channel, :payload) as text)")
                    .bind("channel", CHANNEL)
                    .bind("payload", payload)
                    .mapTo(String.class)
                    .findOne());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (DatabaseUnavailableException lost) {
            // The others cannot read the database either; they look for themselves when it is back.
        }
    }

    @Override
    public void close() {
        closed.countDown();
        if (notifications != null) {
            notifications.close();
        }
    }
}
