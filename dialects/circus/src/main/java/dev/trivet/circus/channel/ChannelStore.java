package dev.trivet.circus.channel;

import dev.trivet.blobs.BlobRef;
import dev.trivet.circus.JsonRows;
import dev.trivet.circus.Window;
import dev.trivet.store.Database;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Channels, their promotions and their files as rows (spec section 1.3). Thread-safe. */
final class ChannelStore {
    /** What a channel shows of itself; the last two are ours. */
    private static final String SHOWN = """
            select c.id, c.project_id, c.name, c.jobset_id, c.current_evaluation_id, c.created_at, c.updated_at,
                c.promoted_up_to as promotes_after,
                coalesce((select e.evaluation_time < c.promoted_up_to from circus.evaluations e
                    where e.id = c.current_evaluation_id), false) as held
            from circus.channels c
            """;

    private static final String PROMOTION = """
            select q.id, p.name as project, c.name as channel, j.name as jobset, q.number, q.evaluation_id, q.commit_hash,
                q.promoted_at, q.published_at is not null as published, q.number > c.promotions - :history as kept
            from circus.channels c join circus.projects p on p.id = c.project_id join circus.jobsets j on j.id = c.jobset_id
            join circus.channel_promotions q on q.channel_id = c.id
            """;

    private static final String CURRENT = " and q.number = c.promotions and q.evaluation_id = c.current_evaluation_id";

    private static final RowMapper<Promotion> MAPPER = (row, context) -> new Promotion(
            row.getObject("id", UUID.class),
            row.getString("project"),
            row.getString("channel"),
            row.getString("jobset"),
            row.getInt("number"),
            row.getObject("evaluation_id", UUID.class),
            row.getString("commit_hash"),
            row.getObject("promoted_at", OffsetDateTime.class).toInstant(),
            row.getBoolean("published"),
            row.getBoolean("kept"));

    /** What is known of the whole of a channel's promotions for longest. */
    private static final int MOST_PROMOTIONS = 1000;

    private final Database database;
    private final int history;

    /** @param history how many of a channel's last promotions keep their files */
    ChannelStore(Database database, int history) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.history = history;
    }

    // ---- channels

    /** All, or those of a project, by name. */
    List<Map<String, @Nullable Object>> list(@Nullable UUID project) {
        return database.read(handle -> handle.createQuery(
                        SHOWN
                                + "where cast(:project as uuid) is null or c.project_id = cast(:project as uuid) order by c.name, c.id")
                .bind("project", project)
                .map(JsonRows.MAPPER)
                .list());
    }

    Optional<Map<String, @Nullable Object>> find(UUID id) {
        return database.read(handle -> find(handle, id));
    }

    static Optional<Map<String, @Nullable Object>> find(Handle handle, UUID id) {
        return handle.createQuery(SHOWN + "where c.id = :id")
                .bind("id", id)
                .map(JsonRows.MAPPER)
                .findOne();
    }

    /** Makes one; empty if the project and the jobset are not there, or do not belong together. */
    static Optional<UUID> insert(Handle handle, UUID project, String name, UUID jobset) {
        return handle.createQuery("""
                        insert into circus.channels (project_id, name, jobset_id)
                        select j.project_id, :name, j.id from circus.jobsets j where j.id = :jobset and j.project_id = :project
                        for key share returning id
                        """)
                .bind("project", project)
                .bind("name", name)
                .bind("jobset", jobset)
                .mapTo(UUID.class)
                .findOne();
    }

    /** Its name; empty if it is not there. */
    static Optional<String> delete(Handle handle, UUID id) {
        return handle.createQuery("delete from circus.channels where id = :id returning name")
                .bind("id", id)
                .mapTo(String.class)
                .findOne();
    }

    // ---- promotions

    /** What channels of that name show: the newest of all projects' channels counts, whether it shows something or not. */
    Optional<Promotion> shown(String channel) {
        return one(
                "where c.id = (select id from circus.channels where name = :channel order by created_at desc, id limit 1)"
                        + CURRENT,
                query -> query.bind("channel", channel));
    }

    Optional<Promotion> shown(String project, String channel) {
        return one(
                "where p.name = :project and c.name = :channel" + CURRENT,
                query -> query.bind("project", project).bind("channel", channel));
    }

    Optional<Promotion> shown(UUID channel) {
        return one("where c.id = :channel" + CURRENT, query -> query.bind("channel", channel));
    }

    Optional<Promotion> numbered(String project, String channel, int number) {
        return one(
                "where p.name = :project and c.name = :channel and q.number = :number",
                query -> query.bind("project", project).bind("channel", channel).bind("number", number));
    }

    private Optional<Promotion> one(String condition, java.util.function.UnaryOperator<Query> bind) {
        return database.read(handle -> bind.apply(handle.createQuery(PROMOTION + condition))
                .bind("history", history)
                .map(MAPPER)
                .findOne());
    }

    /** Those whose files are to be made, oldest first. */
    List<Promotion> unpublished(int most) {
        return database.read(handle -> handle.createQuery(PROMOTION + """
                        where q.published_at is null and q.number > c.promotions - :history
                        order by q.promoted_at, q.id limit :most
                        """)
                .bind("history", history)
                .bind("most", most)
                .map(MAPPER)
                .list());
    }

    /** A part of what a channel has shown, newest first. */
    List<Map<String, @Nullable Object>> history(UUID channel, Window window) {
        return database.read(handle -> handle.createQuery("""
                        select q.number, q.evaluation_id, q.commit_hash, q.evaluation_time, q.kind, q.forced, q.back_to, q.actor_kind,
                            q.actor_name, q.promoted_at,
                            q.number = c.promotions and c.current_evaluation_id is not null as current,
                            q.number > c.promotions - :history as kept
                        from circus.channel_promotions q join circus.channels c on c.id = q.channel_id
                        where c.id = :channel order by q.number desc limit :limit offset :offset
                        """)
                .bind("channel", channel)
                .bind("history", history)
                .bind("limit", window.limit())
                .bind("offset", window.offset())
                .map(JsonRows.MAPPER)
                .list());
    }

    long historySize(UUID channel) {
        return database.read(
                handle -> handle.createQuery("select count(*) from circus.channel_promotions where channel_id = :id")
                        .bind("id", channel)
                        .mapTo(Long.class)
                        .one());
    }

    /**
     * Where a rollback goes to: what was shown before what is shown now, or the last time that this evaluation was. A rollback counts as the
     * promotion that it went back to, so that the next one goes further.
     */
    static Optional<Place> before(Handle handle, UUID channel, @Nullable UUID evaluation) {
        return handle.createQuery("""
                        with here as (
                            select coalesce(q.back_to, q.number) as place, q.evaluation_id
                            from circus.channel_promotions q join circus.channels c on c.id = q.channel_id and c.promotions = q.number
                            where c.id = :channel)
                        select q.number, q.evaluation_id from circus.channel_promotions q
                        join circus.channels c on c.id = q.channel_id
                        join circus.evaluations e on e.id = q.evaluation_id and e.jobset_id = c.jobset_id
                        left join here on true
                        where c.id = :channel and q.kind <> 'rollback'
                          and (q.evaluation_id = cast(:evaluation as uuid)
                              or (cast(:evaluation as uuid) is null and q.number < here.place
                                  and q.evaluation_id <> here.evaluation_id))
                        order by q.number desc limit 1
                        """)
                .bind("channel", channel)
                .bind("evaluation", evaluation)
                .map((row, context) -> new Place(row.getInt("number"), row.getObject("evaluation_id", UUID.class)))
                .findOne();
    }

    /** A place in a channel's history. */
    record Place(int number, UUID evaluation) {}

    // ---- files

    /** The files of a promotion that were made. */
    Map<ChannelFile, BlobRef> files(UUID promotion) {
        Map<ChannelFile, BlobRef> files = new EnumMap<>(ChannelFile.class);
        database.read(handle -> handle.createQuery(
                                "select name, blob, size from circus.channel_files where promotion_id = :id")
                        .bind("id", promotion)
                        .map((row, context) -> Map.entry(
                                ChannelFile.valueOf(row.getString("name")),
                                new BlobRef(row.getString("blob"), row.getLong("size"))))
                        .list())
                .forEach(file -> files.put(file.getKey(), file.getValue()));
        return files;
    }

    /** Notes the files of a promotion; does nothing if it is gone. */
    void publish(UUID promotion, Map<ChannelFile, BlobRef> files, Instant now) {
        boolean _ = database.write(handle -> {
            int there = handle.createUpdate(
                            "update circus.channel_promotions set published_at = coalesce(published_at, :now) where id = :id")
                    .bind("id", promotion)
                    .bind("now", now)
                    .execute();
            if (there > 0) {
                files.forEach((file, blob) -> handle.createUpdate("""
                                insert into circus.channel_files (promotion_id, name, blob, size) values (:id, :name, :blob, :size)
                                on conflict (promotion_id, name) do update set blob = excluded.blob, size = excluded.size
                                """)
                        .bind("id", promotion)
                        .bind("name", file.name())
                        .bind("blob", blob.sha256())
                        .bind("size", blob.size())
                        .execute());
            }
            return true;
        });
    }

    /** What is shown again is what it was: the files of a promotion are those of another one, too, if they are there. */
    static void copyFiles(Handle handle, UUID channel, int from, int to, Instant now) {
        int copied = handle.createUpdate("""
                        insert into circus.channel_files (promotion_id, name, blob, size)
                        select n.id, f.name, f.blob, f.size from circus.channel_files f
                        join circus.channel_promotions o on o.id = f.promotion_id and o.channel_id = :channel and o.number = :from
                        join circus.channel_promotions n on n.channel_id = o.channel_id and n.number = :to
                        """)
                .bind("channel", channel)
                .bind("from", from)
                .bind("to", to)
                .execute();
        if (copied > 0) {
            handle.createUpdate(
                            "update circus.channel_promotions set published_at = :now where channel_id = :channel and number = :to")
                    .bind("now", now)
                    .bind("channel", channel)
                    .bind("to", to)
                    .execute();
        }
    }

    /** Forgets files that are not kept any more, and promotions that are very old. */
    void forget() {
        boolean _ = database.write(handle -> {
            handle.createUpdate("""
                            delete from circus.channel_files f using circus.channel_promotions q, circus.channels c
                            where q.id = f.promotion_id and c.id = q.channel_id and q.number <= c.promotions - :history
                            """).bind("history", history).execute();
            handle.createUpdate("""
                            delete from circus.channel_promotions q using circus.channels c
                            where c.id = q.channel_id and q.number <= c.promotions - greatest(:most, :history)
                            """)
                    .bind("most", MOST_PROMOTIONS)
                    .bind("history", history)
                    .execute();
            return true;
        });
    }

    /** Those of these blobs that are files of a channel. */
    List<String> referenced(Collection<String> hashes) {
        return database.read(
                handle -> handle.createQuery("select distinct blob from circus.channel_files where blob = any(:blobs)")
                        .bindArray("blobs", String.class, hashes)
                        .mapTo(String.class)
                        .list());
    }
}
