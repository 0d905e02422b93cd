package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import dev.trivet.store.DatabaseUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the events of accepted webhooks to whoever acts on them (spec section 6.2), a few at once, each at least once. One that fails is
 * tried again for some hours. Thread-safe.
 */
public final class EventWorker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventWorker.class);
    private static final Duration POLL = Duration.ofSeconds(5);
    private static final Duration BETWEEN_PRUNES = Duration.ofHours(1);
    private static final int AT_ONCE = 4;

    /** With the waits between them, two hours. */
    private static final int MOST_ATTEMPTS = 18;

    private final DeliveryStore store;
    private final Consumer<QueuedEvent> action;
    private final InstantSource clock;
    private final WakingLoop loop;
    private volatile Instant pruned = Instant.EPOCH;

    /**
     * Does nothing before {@link #start}.
     *
     * @param action called on several threads; has to be idempotent; when it throws, the event comes again later
     */
    public EventWorker(DeliveryStore store, Consumer<QueuedEvent> action, InstantSource clock) {
        this.store = requireNonNull(store, "store is null");
        this.action = requireNonNull(action, "action is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.loop = new WakingLoop("webhook-events", POLL, () -> some() > 0);
    }

    /** Once only. */
    public void start() {
        loop.start();
    }

    /** Accepts a delivery as {@link DeliveryStore#accept} does, and looks at its events at once. */
    public boolean accept(Webhook.Delivery delivery) {
        boolean fresh = store.accept(delivery, clock.instant());
        if (fresh) {
            loop.wake();
        }
        return fresh;
    }

    /**
     * Acts on what is due until nothing is; for callers that do not {@link #start}.
     *
     * @return how many events were tried
     */
    public int pass() {
        int tried = 0;
        for (int some = some(); some > 0; some = some()) {
            tried += some;
        }
        return tried;
    }

    private int some() {
        prune();
        List<QueuedEvent> claimed = store.claim(AT_ONCE, clock.instant());
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            claimed.forEach(event -> workers.execute(() -> act(event)));
        }
        return claimed.size();
    }

    private void act(QueuedEvent event) {
        try {
            Optional<RuntimeException> failure = attempt(event);
            // Ended by close(): not the event's fault, and the database needs a thread that is not interrupted.
            if (Thread.interrupted() && failure.isPresent()) {
                store.release(event, clock.instant());
            } else if (failure.isEmpty()) {
                store.done(event);
            } else {
                failed(event, failure.get());
            }
        } catch (DatabaseUnavailableException e) {
            log.debug("event {} comes again when its claim is over", event.id());
        } catch (RuntimeException e) {
            log.error("cannot note what came of event {}", event.id(), e);
        }
    }

    private Optional<RuntimeException> attempt(QueuedEvent event) {
        try {
            action.accept(event);
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(e);
        }
    }

    private void failed(QueuedEvent event, RuntimeException failure) {
        String forge = event.forge().wireName();
        if (event.attempt() < MOST_ATTEMPTS) {
            log.warn("the {} delivery {} failed and will be tried again", forge, event.deliveryId(), failure);
            store.retry(event, String.valueOf(failure.getMessage()), clock.instant());
        } else {
            log.error(
                    "the {} delivery {} failed {} times and is dropped",
                    forge,
                    event.deliveryId(),
                    MOST_ATTEMPTS,
                    failure);
            store.done(event);
        }
    }

    private void prune() {
        Instant now = clock.instant();
        if (now.isAfter(pruned.plus(BETWEEN_PRUNES))) {
            pruned = now;
            store.prune(now);
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
