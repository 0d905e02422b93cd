package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import dev.trivet.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import tools.jackson.core.JacksonException;

/**
 * Webhooks that were accepted, and their events that are still to be acted on (spec section 6.1). An event is claimed, and then done, put off
 * or dropped; a claim that is not ended in time is anybody's again, so acting on an event has to be idempotent. Thread-safe.
 */
public final class DeliveryStore {
    /** How long a claim is good. */
    public static final Duration CLAIM = Duration.ofMinutes(5);

    /** How long a delivery is remembered. */
    public static final Duration MEMORY = Duration.ofDays(7);

    private static final int LONGEST_PROBLEM = 500;

    private final Database database;

    public DeliveryStore(Database database) {
        this.database = requireNonNull(database, "database is null");
    }

    /**
     * Remembers a delivery and queues what is to be done for it, in one transaction.
     *
     * @return false if it was here before; then nothing is queued
     */
    public boolean accept(Webhook.Delivery delivery, Instant now) {
        return database.write(handle -> {
            boolean fresh = remember(handle, delivery, now);
            if (fresh) {
                delivery.events().stream()
                        .filter(WebhookEvent::isWork)
                        .forEach(event -> enqueue(handle, delivery, event, now));
            }
            return fresh;
        });
    }

    private static boolean remember(Handle handle, Webhook.Delivery delivery, Instant now) {
        return handle.createUpdate("""
                        insert into harmont.vcs_delivery (forge, delivery_id, received_at) values (:forge, :delivery, :now)
                        on conflict do nothing
                        """)
                        .bind("forge", delivery.forge().wireName())
                        .bind("delivery", delivery.deliveryId())
                        .bind("now", now)
                        .execute()
                == 1;
    }

    private static void enqueue(Handle handle, Webhook.Delivery delivery, WebhookEvent event, Instant now) {
        handle.createUpdate("""
                        insert into harmont.vcs_event (forge, delivery_id, event, received_at, next_at)
                        values (:forge, :delivery, cast(:event as jsonb), :now, :now)
                        """)
                .bind("forge", delivery.forge().wireName())
                .bind("delivery", delivery.deliveryId())
                .bind("event", Json.write(event))
                .bind("now", now)
                .execute();
    }

    /** Takes events that are due, oldest first; nobody else gets them while the claim is good. */
    public List<QueuedEvent> claim(int most, Instant now) {
        return database.write(handle -> handle
                .createQuery("""
                        with due as (
                            select id from harmont.vcs_event where next_at <= :now
                            order by next_at, id limit :most for update skip locked)
                        update harmont.vcs_event e set attempts = attempts + 1, next_at = :until
                        from due where e.id = due.id
                        returning e.id, e.forge, e.delivery_id, e.event, e.received_at, e.attempts
                        """)
                .bind("now", now)
                .bind("until", now.plus(CLAIM))
                .bind("most", most)
                .map((row, context) -> event(row))
                .stream()
                .sorted((one, other) -> Long.compare(one.id(), other.id()))
                .toList());
    }

    private static QueuedEvent event(ResultSet row) throws SQLException {
        return new QueuedEvent(
                row.getLong("id"),
                Forge.named(row.getString("forge")).orElseThrow(),
                row.getString("delivery_id"),
                readable(row.getString("event")),
                row.getTimestamp("received_at").toInstant(),
                row.getInt("attempts"));
    }

    /** What a later or a mistaken version has written must not stand in the way of the others for ever. */
    private static WebhookEvent readable(String event) {
        try {
            return Json.read(event, WebhookEvent.class);
        } catch (JacksonException e) {
            return new WebhookEvent.Ignored("the stored event cannot be read: " + e.getOriginalMessage());
        }
    }

    /**
     * Ends a claim: it has been acted on, or never will be.
     *
     * @return false if somebody else has it now
     */
    public boolean done(QueuedEvent event) {
        return database.write(handle -> done(handle, event));
    }

    /** The same in the transaction of what was done for it. */
    public static boolean done(Handle handle, QueuedEvent event) {
        return handle.createUpdate("delete from harmont.vcs_event where id = :id and attempts = :attempt")
                        .bind("id", event.id())
                        .bind("attempt", event.attempt())
                        .execute()
                == 1;
    }

    /**
     * Ends a claim: to be tried again, the later the more often it has been.
     *
     * @return false if somebody else has it now
     */
    public boolean retry(QueuedEvent event, String problem, Instant now) {
        return putOff(event, problem, now.plus(Backoff.after(event.attempt())));
    }

    /**
     * Ends a claim: to be tried again at once, by whoever is there.
     *
     * @return false if somebody else has it now
     */
    public boolean release(QueuedEvent event, Instant now) {
        return putOff(event, "", now);
    }

    private boolean putOff(QueuedEvent event, String problem, Instant next) {
        return database.write(handle -> handle.createUpdate("""
                                update harmont.vcs_event set next_at = :next, problem = :problem
                                where id = :id and attempts = :attempt
                                """)
                        .bind("id", event.id())
                        .bind("attempt", event.attempt())
                        .bind("next", next)
                        .bind("problem", Words.line(problem, LONGEST_PROBLEM))
                        .execute())
                == 1;
    }

    /** Forgets deliveries older than {@link #MEMORY}; their events stay until they are done. */
    public int prune(Instant now) {
        return database.write(
                handle -> handle.createUpdate("delete from harmont.vcs_delivery where received_at < :before")
                        .bind("before", now.minus(MEMORY))
                        .execute());
    }
}
