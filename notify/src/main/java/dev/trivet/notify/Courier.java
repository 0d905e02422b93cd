package dev.trivet.notify;

import dev.trivet.store.Database;
import dev.trivet.store.DatabaseUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what is due, many at once on virtual threads, and whatever their dialect is. Several servers may do so from one database. What a
 * server took and did not end is due again some time after its death: a receiver may get it twice, never not at all. Thread-safe.
 */
public final class Courier implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Courier.class);
    private static final int BATCH = 10;
    private static final Duration BETWEEN_CLEANINGS = Duration.ofHours(1);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final TaskStore tasks;
    private final CourierSettings settings;
    private final InstantSource clock;
    private final Map<String, Channel> channels = new ConcurrentHashMap<>();
    private final Semaphore places;
    private final Loop loop;
    private final Map<Thread, Boolean> underWay = new ConcurrentHashMap<>();
    private Instant cleaned = Instant.EPOCH;

    public Courier(Database database, CourierSettings settings, InstantSource clock) {
        this.tasks = new TaskStore(database, clock);
        this.settings = Objects.requireNonNull(settings, "settings is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.places = new Semaphore(settings.atOnce());
        this.loop = new Loop("deliveries", this::pass);
    }

    /** What is to be delivered. */
    public TaskStore tasks() {
        return tasks;
    }

    /**
     * From now on tasks of this kind are delivered by it.
     *
     * @throws IllegalStateException if there is one for the kind
     */
    public void register(Channel channel) {
        if (channels.putIfAbsent(key(channel.dialect(), channel.kind()), channel) != null) {
            throw new IllegalStateException("there are two channels for " + key(channel.dialect(), channel.kind()));
        }
    }

    private static String key(String dialect, String kind) {
        return dialect + "/" + kind;
    }

    /** Begins. */
    public void start() {
        loop.start();
    }

    /** Something may be due: call it after the commit. */
    public void wake() {
        loop.wake();
    }

    /** Starts what is due and has a place. */
    private Duration pass() {
        Instant now = clock.instant();
        if (!now.isBefore(cleaned.plus(BETWEEN_CLEANINGS))) {
            cleaned = now;
            int _ = tasks.forget(now.minus(settings.retention()));
        }
        int room = Math.min(BATCH, places.availablePermits());
        // With no place left, the end of a delivery wakes this.
        List<Delivery> taken = room == 0 ? List.of() : tasks.take(room, settings.each(), settings.lease());
        for (Delivery delivery : taken) {
            places.acquireUninterruptibly();
            Thread thread = Thread.ofVirtual().name("delivery-" + delivery.id()).unstarted(() -> carry(delivery));
            underWay.put(thread, true);
            thread.start();
        }
        if (!taken.isEmpty()) {
            return Duration.ZERO;
        }
        return tasks.next()
                .map(next -> Duration.between(clock.instant(), next))
                .filter(left -> left.compareTo(settings.poll()) < 0)
                .map(left -> left.isPositive() ? left : Duration.ofMillis(1))
                .orElse(settings.poll());
    }

    private void carry(Delivery delivery) {
        try {
            Channel channel = channels.get(key(delivery.dialect(), delivery.kind()));
            Outcome outcome = channel == null
                    ? new Outcome.Again(
                            "this server knows no way to deliver " + delivery.kind(), Duration.ZERO, false, null)
                    : inTime(channel, delivery);
            String status = tasks.ended(delivery, outcome).orElse("");
            log(delivery, outcome, status);
            if (channel != null && (status.equals("completed") || status.equals("failed"))) {
                channel.over(delivery, outcome);
            }
        } catch (DatabaseUnavailableException gone) {
            log.debug("what became of delivery {} could not be written; it is repeated", delivery.id(), gone);
        } catch (InterruptedException stopping) {
            log.debug("delivery {} was interrupted; it is repeated", delivery.id());
        } catch (RuntimeException failed) {
            log.error("delivery {} failed and will be repeated", delivery.id(), failed);
        } finally {
            underWay.remove(Thread.currentThread());
            places.release();
            loop.wake();
        }
    }

    private static void log(Delivery delivery, Outcome outcome, String status) {
        switch (outcome) {
            case Outcome.Delivered _ -> log.debug("delivered {} {}", delivery.kind(), delivery.id());
            case Outcome.Again again ->
                log.info(
                        "{} {} is {} after attempt {}: {}",
                        delivery.kind(),
                        delivery.id(),
                        status,
                        delivery.attempt(),
                        again.error());
            case Outcome.Refused refused ->
                log.info("{} {} is refused: {}", delivery.kind(), delivery.id(), refused.error());
        }
    }

    /** A channel that hangs must not keep its place for ever. */
    private Outcome inTime(Channel channel, Delivery delivery) throws InterruptedException {
        var outcome = new AtomicReference<Outcome>();
        Thread attempt = Thread.ofVirtual().name("attempt-" + delivery.id()).start(() -> {
            try {
                outcome.set(channel.deliver(delivery));
            } catch (InterruptedException late) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException failed) {
                log.error("{} {} cannot be delivered", delivery.kind(), delivery.id(), failed);
                outcome.set(new Outcome.Again(
                        "internal error: " + failed.getClass().getSimpleName(), Duration.ZERO, false, null));
            }
        });
        try {
            if (!attempt.join(settings.patience())) {
                return Outcome.Again.silent(
                        "it took longer than " + settings.patience().toSeconds() + " s");
            }
        } finally {
            attempt.interrupt();
        }
        Outcome known = outcome.get();
        return known == null ? Outcome.Again.silent("it was interrupted") : known;
    }

    /** Takes nothing more; what is under way has five seconds, and is repeated by whoever is there if that is too short. */
    @Override
    public void close() {
        loop.close();
        Instant end = Instant.now().plus(FAREWELL);
        for (Thread thread : underWay.keySet()) {
            try {
                Duration left = Duration.between(Instant.now(), end);
                if (!left.isPositive() || !thread.join(left)) {
                    thread.interrupt();
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
