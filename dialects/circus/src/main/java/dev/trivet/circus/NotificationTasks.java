package dev.trivet.circus;

import dev.trivet.core.json.Json;
import dev.trivet.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is to be delivered, as rows (spec section 11). Whoever delivers takes tasks for a time; one that is not heard of within it is taken
 * to have died, and the task is due again. Thread-safe.
 */
public final class NotificationTasks {
    private static final int LONGEST_ERROR = 2000;
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final Database database;
    private final InstantSource clock;

    public NotificationTasks(Database database, InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /**
     * A task that was taken.
     *
     * @param attempt counts from 1; with the id it says who may end the task
     */
    public record Taken(UUID id, NotificationType type, JsonNode payload, int attempt) {}

    /**
     * Adds a task in the transaction of what it tells of; it is due at once.
     *
     * @param payload without credentials: administrators see it
     * @param maxAttempts at least 1
     */
    public UUID add(Handle handle, NotificationType type, Map<String, ?> payload, int maxAttempts) {
        return handle.createQuery("""
                        insert into circus.notification_tasks
                            (notification_type, payload, max_attempts, next_retry_at, created_at)
                        values (:type, cast(:payload as jsonb), :most, :now, :now) returning id
                        """)
                .bind("type", type.wireName())
                .bind("payload", Json.write(payload))
                .bind("most", maxAttempts)
                .bind("now", clock.instant())
                .mapTo(UUID.class)
                .one();
    }

    /**
     * Takes tasks that are due, those first that are due for the longest; nobody else gets them.
     *
     * @param patience after this time a task that was neither delivered nor failed is due again, or failed if it has no attempts left
     */
    public List<Taken> take(int most, Duration patience) {
        Instant now = clock.instant();
        return database.write(handle -> {
            handle.createUpdate("""
                            update circus.notification_tasks set status = 'failed', completed_at = :now,
                                last_error = 'the server ended while it was delivered'
                            where status = 'running' and next_retry_at <= :now and attempts >= max_attempts
                            """).bind("now", now).execute();
            return handle.createQuery("""
                            update circus.notification_tasks t
                            set status = 'running', attempts = t.attempts + 1, next_retry_at = :until
                            from (select id from circus.notification_tasks
                                where status in ('pending', 'running') and next_retry_at <= :now
                                order by next_retry_at, id limit :most for update skip locked) due
                            where t.id = due.id returning t.id, t.notification_type, t.payload, t.attempts
                            """)
                    .bind("now", now)
                    .bind("until", now.plus(patience))
                    .bind("most", most)
                    .map((row, context) -> taken(row))
                    .list();
        });
    }

    private static Taken taken(ResultSet row) throws SQLException {
        return new Taken(
                Columns.uuid(row, "id"),
                NotificationType.valueOf(row.getString("notification_type").toUpperCase(Locale.ROOT)),
                Json.MAPPER.readTree(row.getString("payload")),
                row.getInt("attempts"));
    }

    /** The task is done; false if it was given to somebody else meanwhile. */
    public boolean delivered(Taken task) {
        return ended(task, """
                update circus.notification_tasks set status = 'completed', completed_at = :now, last_error = null
                where id = :id and status = 'running' and attempts = :attempt
                """, update -> {});
    }

    /**
     * The attempt failed: the task is due again after a pause of 1, 2, 4 … seconds, or failed for good if it has no attempts left.
     *
     * @param error shown to administrators
     * @param pause the shortest; zero if whoever was told asked for none
     * @return false if it was given to somebody else meanwhile
     */
    public boolean failed(Taken task, String error, Duration pause) {
        Duration doubled = Duration.ofSeconds(1L << Math.min(task.attempt() - 1, 20));
        Duration bounded = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        Instant next = clock.instant().plus(pause.compareTo(bounded) > 0 ? pause : bounded);
        String shown = error.replace("\0", "");
        return ended(
                task,
                """
                update circus.notification_tasks set last_error = :error,
                    status = case when attempts >= max_attempts then 'failed' else 'pending' end,
                    completed_at = case when attempts >= max_attempts then cast(:now as timestamptz) end,
                    next_retry_at = :next
                where id = :id and status = 'running' and attempts = :attempt
                """,
                update -> update.bind(
                                "error", shown.length() <= LONGEST_ERROR ? shown : shown.substring(0, LONGEST_ERROR))
                        .bind("next", next));
    }

    private boolean ended(Taken task, String sql, Consumer<SqlStatement<?>> bindings) {
        return database.write(handle -> {
            var update = handle.createUpdate(sql)
                    .bind("id", task.id())
                    .bind("attempt", task.attempt())
                    .bind("now", clock.instant());
            bindings.accept(update);
            return update.execute() == 1;
        });
    }

    /** Removes delivered and failed ones that ended before; how many. */
    public int forget(Instant before) {
        return database.write(
                handle -> handle.createUpdate("delete from circus.notification_tasks where completed_at < :before")
                        .bind("before", before)
                        .execute());
    }

    /** The newest, whatever their states, as rows. */
    List<Map<String, @Nullable Object>> newest(int most) {
        return database.read(handle ->
                handle.createQuery("""
                        select * from circus.notification_tasks order by created_at desc, id limit :most
                        """).bind("most", most).map(JsonRows.MAPPER).list());
    }

    /** Makes a failed task due at once, with all its attempts; empty if it is not failed, or not there. */
    Optional<Map<String, @Nullable Object>> retry(Handle handle, UUID id) {
        return handle.createQuery("""
                        update circus.notification_tasks set status = 'pending', attempts = 0, next_retry_at = :now,
                            last_error = null, completed_at = null
                        where id = :id and status = 'failed' returning *
                        """)
                .bind("id", id)
                .bind("now", clock.instant())
                .map(JsonRows.MAPPER)
                .findOne();
    }
}
