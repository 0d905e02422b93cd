package dev.trivet.store;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands PostgreSQL's notifications to listeners: one connection and one thread for all channels. A lost connection is opened again after at most
 * half a second, and every listener then hears {@link NotificationListener#onGap()}; nobody may rely on hearing each NOTIFY.
 * Thread-safe.
 */
public final class Notifications implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
    private static final Pattern CHANNEL = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    /** How long one wait lasts, and so how long a new channel may take to be listened to. */
    private static final Duration WAIT = Duration.ofMillis(500);

    /** After this long without any sign of life the connection is asked for one. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final Duration REPLY = Duration.ofSeconds(5);
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 500;

    /** A listener on a channel until it is closed. */
    public final class Subscription implements AutoCloseable {
        private final String channel;
        private final NotificationListener listener;

        private Subscription(String channel, NotificationListener listener) {
            this.channel = channel;
            this.listener = listener;
        }

        /** The listener hears nothing more, but for a call that is under way. */
        @Override
        public void close() {
            subscriptions.remove(this);
        }
    }

    private final PGSimpleDataSource source;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private Notifications(DatabaseConfig config) {
        source = Connections.source(config);
        source.setApplicationName("trivet notifications");
        source.setSocketTimeout((int) REPLY.toSeconds());
        thread = Thread.ofPlatform().name("trivet-notifications").daemon().unstarted(this::listen);
    }

    /** Starts the thread. It connects by itself, now or when the database can be reached. */
    public static Notifications start(DatabaseConfig config) {
        Notifications notifications = new Notifications(requireNonNull(config, "config is null"));
        notifications.thread.start();
        return notifications;
    }

    /**
     * Listens on a channel. The listener first hears {@link NotificationListener#onGap()}, when the subscription is active (within
     * about half a second); from then on it hears every notification until the next gap.
     *
     * @param channel lower-case name as in {@code NOTIFY channel}
     */
    public Subscription subscribe(String channel, NotificationListener listener) {
        requireNonNull(channel, "channel is null");
        requireNonNull(listener, "listener is null");
        if (!CHANNEL.matcher(channel).matches()) {
            throw new IllegalArgumentException("A channel's name is of a-z, 0-9 and _, not '" + channel + "'");
        }
        Subscription subscription = new Subscription(channel, listener);
        subscriptions.add(subscription);
        return subscription;
    }

    private void listen() {
        long pause = FIRST_PAUSE_MILLIS;
        while (!isClosedWithin(0)) {
            try (Connection connection = source.getConnection()) {
                pause = FIRST_PAUSE_MILLIS;
                new Session(connection).run();
            } catch (SQLException e) {
                if (isClosedWithin(pause)) {
                    return;
                }
                if (pause == FIRST_PAUSE_MILLIS) {
                    LOG.warn("No notifications until the database can be reached again: {}", e.getMessage());
                }
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
        }
    }

    private boolean isClosedWithin(long millis) {
        try {
            return closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Only close() could want that, and it says so by the latch.
            return true;
        }
    }

    /** One connection's life. */
    private final class Session {
        private final Connection connection;
        private final PGConnection notifying;
        private final Set<String> channels = new HashSet<>();
        private final Set<Subscription> active = new HashSet<>();
        private long heard = System.nanoTime();

        Session(Connection connection) throws SQLException {
            this.connection = connection;
            this.notifying = connection.unwrap(PGConnection.class);
        }

        void run() throws SQLException {
            while (!isClosedWithin(0)) {
                activate();
                PGNotification[] notifications = notifying.getNotifications((int) WAIT.toMillis());
                if (notifications != null && notifications.length > 0) {
                    heard = System.nanoTime();
                    for (PGNotification notification : notifications) {
                        deliver(notification);
                    }
                } else if (System.nanoTime() - heard > SILENCE.toNanos()) {
                    // A peer that vanished without a word is noticed only by asking it.
                    Sql.execute(connection, "SELECT 1");
                    heard = System.nanoTime();
                }
            }
        }

        private void activate() throws SQLException {
            active.retainAll(subscriptions);
            for (Subscription subscription : subscriptions) {
                if (!active.contains(subscription)) {
                    if (channels.add(subscription.channel)) {
                        Sql.execute(connection, "LISTEN " + subscription.channel);
                    }
                    active.add(subscription);
                    call(subscription, NotificationListener::onGap);
                }
            }
        }

        private void deliver(PGNotification notification) {
            for (Subscription subscription : subscriptions) {
                if (subscription.channel.equals(notification.getName()) && active.contains(subscription)) {
                    call(subscription, listener -> listener.onNotification(notification.getParameter()));
                }
            }
        }

        private void call(Subscription subscription, Consumer<NotificationListener> event) {
            try {
                event.accept(subscription.listener);
            } catch (RuntimeException e) {
                LOG.error("A listener on the channel {} failed", subscription.channel, e);
            }
        }
    }

    /** Ends the thread and the connection, within about half a second. */
    @Override
    public void close() {
        closing.countDown();
        try {
            boolean _ = thread.join(REPLY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
