package dev.trivet.notify;

import dev.trivet.core.json.Json;
import dev.trivet.store.Database;
import dev.trivet.store.MigrationSet;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What is to be delivered, as rows. Whoever delivers takes tasks for a time; one that is not heard of within it is taken to have died, and the
 * task is due again. So each is delivered at least once. Thread-safe.
 */
public final class TaskStore {
    /** The tables; after those of the engine. */
    public static final MigrationSet MIGRATIONS = new MigrationSet("notify", "dev/trivet/notify/migrations");

    static final String SUPERSEDED = "not delivered: a later one took its place";
    private static final int LONGEST_ERROR = 2000;
    private static final int LONGEST_HEADERS = 4096;
    private static final int LONGEST_BODY = 2048;
    private static final String OPEN = "('pending', 'running')";

    private final Database database;
    private final DestinationStore destinations;
    private final InstantSource clock;

    public TaskStore(Database database, InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.destinations = new DestinationStore(database, clock);
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /**
     * Adds tasks in the transaction of what they tell of; they are due at once. Whoever adds some wakes the {@link Courier} after the commit.
     *
     * @return their ids, in the same order
     */
    public List<UUID> add(Handle handle, List<NewTask> tasks) {
        if (tasks.isEmpty()) {
            return List.of();
        }
        List<UUID> ids = tasks.stream().map(_ -> UUID.randomUUID()).toList();
        handle.createUpdate("""
                        insert into notify.task (id, dialect, kind, destination, stream, latest_only, payload, max_attempts,
                            next_retry_at, created_at)
                        select f.id, f.dialect, f.kind, f.destination, f.stream, f.latest, cast(f.payload as jsonb), f.most, :now, :now
                        from unnest(cast(:ids as uuid[]), cast(:dialects as text[]), cast(:kinds as text[]),
                            cast(:destinations as text[]), cast(:streams as text[]), cast(:latest as boolean[]),
                            cast(:payloads as text[]), cast(:most as int[]))
                            with ordinality as f(id, dialect, kind, destination, stream, latest, payload, most, ord)
                        order by f.ord
                        """)
                .bind("now", clock.instant())
                .bindArray("ids", UUID.class, ids)
                .bindArray(
                        "dialects",
                        String.class,
                        tasks.stream().map(NewTask::dialect).toArray())
                .bindArray(
                        "kinds", String.class, tasks.stream().map(NewTask::kind).toArray())
                .bindArray(
                        "destinations",
                        String.class,
                        tasks.stream().map(NewTask::destination).toArray())
                .bindArray(
                        "streams",
                        String.class,
                        tasks.stream().map(NewTask::stream).toArray())
                .bindArray(
                        "latest",
                        Boolean.class,
                        tasks.stream().map(NewTask::latestOnly).toArray())
                .bindArray(
                        "payloads",
                        String.class,
                        tasks.stream().map(NewTask::json).toArray())
                .bindArray(
                        "most",
                        Integer.class,
                        tasks.stream().map(NewTask::maxAttempts).toArray())
                .execute();
        supersede(handle, tasks);
        return ids;
    }

    private void supersede(Handle handle, List<NewTask> later) {
        List<String> streams = later.stream()
                .map(NewTask::stream)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (streams.isEmpty()) {
            return;
        }
        handle.createUpdate("""
                        update notify.task t set status = 'completed', completed_at = :now, last_error = :why
                        where t.stream = any(:streams) and t.latest_only and t.status = 'pending'
                          and exists (select from notify.task l where l.stream = t.stream and l.seq > t.seq)
                        """)
                .bind("now", clock.instant())
                .bind("why", SUPERSEDED)
                .bindArray("streams", String.class, streams)
                .execute();
    }

    /**
     * Takes tasks that are due, those first that are due for the longest; nobody else gets them. A destination that has not answered gets one at a
     * time.
     *
     * @param each most that are under way to one destination
     * @param lease after this time a task that was not ended is due again, or failed if it has no attempts left
     */
    public List<Delivery> take(int most, int each, Duration lease) {
        Instant now = clock.instant();
        return database.write(handle -> {
            handle.createUpdate("""
                            update notify.task set status = 'failed', completed_at = :now,
                                last_error = 'the server ended while it was delivered'
                            where status = 'running' and next_retry_at <= :now and attempts >= max_attempts
                            """).bind("now", now).execute();
            return handle.createQuery("""
                            with recursive d(name) as (
                                (select destination from notify.task where status in %1$s order by destination limit 1)
                                union all
                                select (select t.destination from notify.task t
                                    where t.status in %1$s and t.destination > d.name order by t.destination limit 1)
                                from d where d.name is not null),
                            room(name, places) as (
                                select d.name, greatest(0, case when n.failures > 0 then 1 else :each end
                                    - (select count(*) from notify.task r
                                       where r.destination = d.name and r.status = 'running' and r.next_retry_at > :now))
                                from d left join notify.destination n on n.name = d.name
                                where d.name is not null and (n.held_until is null or n.held_until <= :now)),
                            due(id) as (
                                select t.id from room cross join lateral (
                                    select c.id, c.next_retry_at, c.seq from notify.task c
                                    where c.destination = room.name and c.status in %1$s and c.next_retry_at <= :now
                                      and not exists (select from notify.task e
                                          where e.stream = c.stream and e.seq < c.seq and e.status in %1$s)
                                    order by c.next_retry_at, c.seq limit room.places for update skip locked) t
                                order by t.next_retry_at, t.seq limit :most)
                            update notify.task t set status = 'running', attempts = t.attempts + 1, next_retry_at = :until
                            from due where t.id = due.id
                            returning t.id, t.dialect, t.kind, t.destination, t.payload, t.attempts, t.created_at
                            """.formatted(OPEN))
                    .bind("now", now)
                    .bind("until", now.plus(lease))
                    .bind("most", most)
                    .bind("each", each)
                    .map((row, context) -> taken(row))
                    .list();
        });
    }

    private static Delivery taken(ResultSet row) throws SQLException {
        return new Delivery(
                Objects.requireNonNull(row.getObject("id", UUID.class), "id is null"),
                row.getString("dialect"),
                row.getString("kind"),
                row.getString("destination"),
                Json.MAPPER.readTree(row.getString("payload")),
                row.getInt("attempts"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }

    /**
     * An attempt has ended. One that may be repeated is due again after 1, 2, 4 … seconds, or failed for good if it has no attempts left.
     *
     * @return how the task stands now; empty if it was given to somebody else meanwhile, and nothing was changed
     */
    public Optional<String> ended(Delivery task, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Delivered delivered -> {
                destinations.rest(task.destination(), delivered.rest(), false);
                yield ended(task, "completed", null, delivered.receipt(), Duration.ZERO);
            }
            case Outcome.Refused refused -> {
                destinations.rest(task.destination(), Duration.ZERO, false);
                yield ended(task, "failed", refused.error(), refused.receipt(), Duration.ZERO);
            }
            case Outcome.Again again -> {
                destinations.rest(task.destination(), again.rest(), again.silent());
                Duration doubled = Duration.ofSeconds(1L << Math.min(task.attempt() - 1, 20));
                Duration pause = again.rest().compareTo(doubled) > 0 ? again.rest() : doubled;
                yield ended(task, "pending", again.error(), again.receipt(), DestinationStore.bounded(pause));
            }
        };
    }

    private Optional<String> ended(
            Delivery task, String status, @Nullable String error, @Nullable Receipt receipt, Duration pause) {
        Instant now = clock.instant();
        return database.write(handle -> handle.createQuery("""
                        with now_is as (
                            select t.id, case
                                when :status <> 'pending' then :status
                                when t.latest_only and exists (
                                    select from notify.task l where l.stream = t.stream and l.seq > t.seq) then 'completed'
                                when t.attempts >= t.max_attempts then 'failed'
                                else 'pending' end as status
                            from notify.task t where t.id = :id and t.status = 'running' and t.attempts = :attempt for update)
                        update notify.task t set status = n.status, last_error = :error, next_retry_at = :next,
                            completed_at = case when n.status = 'pending' then null else cast(:now as timestamptz) end,
                            response_status = :code, response_headers = :headers, response_body = :body
                        from now_is n where t.id = n.id returning t.status
                        """)
                .bind("id", task.id())
                .bind("attempt", task.attempt())
                .bind("status", status)
                .bind("error", error == null ? null : plain(error, LONGEST_ERROR))
                .bind("next", now.plus(pause))
                .bind("now", now)
                .bind("code", receipt == null ? null : receipt.status())
                .bind("headers", receipt == null ? null : plain(receipt.headers(), LONGEST_HEADERS))
                .bind("body", receipt == null ? null : plain(receipt.body(), LONGEST_BODY))
                .mapTo(String.class)
                .findOne());
    }

    /** No column holds NUL, nor half a character. */
    private static String plain(String text, int longest) {
        String plain = text.replace("\0", "");
        if (plain.length() <= longest) {
            return plain;
        }
        int end = Character.isHighSurrogate(plain.charAt(longest - 1)) ? longest - 1 : longest;
        return plain.substring(0, end);
    }

    /** When something will be due that is not yet. */
    public Optional<Instant> next() {
        return database.read(handle -> handle.createQuery("""
                        select least(
                            (select min(next_retry_at) from notify.task where status in %s and next_retry_at > :now),
                            (select min(held_until) from notify.destination where held_until > :now)) as next
                        """.formatted(OPEN))
                .bind("now", clock.instant())
                .map((row, context) -> Optional.ofNullable(row.getObject("next", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant))
                .one());
    }

    /** Removes what was over before, and what is known of destinations that nothing goes to; how many tasks. */
    public int forget(Instant before) {
        return database.write(handle -> {
            handle.createUpdate("""
                            delete from notify.destination d where coalesce(d.held_until, :before) <= :before
                              and not exists (select from notify.task t where t.destination = d.name and t.status in %s)
                            """.formatted(OPEN)).bind("before", before).execute();
            return handle.createUpdate("delete from notify.task where completed_at < :before")
                    .bind("before", before)
                    .execute();
        });
    }

    /** The newest of a dialect, whatever their states. */
    public List<TaskRow> newest(String dialect, int most) {
        return database.read(handle -> handle.createQuery("""
                        select * from notify.task where dialect = :dialect order by created_at desc, id limit :most
                        """)
                .bind("dialect", dialect)
                .bind("most", most)
                .map((row, context) -> TaskRow.of(row))
                .list());
    }

    /**
     * Makes a failed task due at once, with all its attempts; empty if it is not failed, not there, not of this dialect, or made pointless by a
     * later one.
     */
    public Optional<TaskRow> retry(Handle handle, String dialect, UUID id) {
        return handle.createQuery("""
                        update notify.task t set status = 'pending', attempts = 0, next_retry_at = :now, last_error = null,
                            completed_at = null, response_status = null, response_headers = null, response_body = null
                        where t.id = :id and t.dialect = :dialect and t.status = 'failed' and not (t.latest_only and exists (
                            select from notify.task l where l.stream = t.stream and l.seq > t.seq)) returning *
                        """)
                .bind("id", id)
                .bind("dialect", dialect)
                .bind("now", clock.instant())
                .map((row, context) -> TaskRow.of(row))
                .findOne();
    }
}
