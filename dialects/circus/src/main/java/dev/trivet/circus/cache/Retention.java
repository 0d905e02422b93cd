package dev.trivet.circus.cache;

import dev.trivet.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets what need not be kept: paths that no pinned build, no channel nor what it can be rolled back to, none of the last {@code keep_nr} evaluations of a jobset and, within
 * the age, no build and no client needed; then, if what is stored is more than it may be, what was not used for longest of what is kept for
 * its age alone. A path goes before what it refers to, never after it. The archives go with the next collection of blobs. Thread-safe.
 */
final class Retention {
    private static final Logger log = LoggerFactory.getLogger(Retention.class);
    /** What was needed within this time may belong to something that is being published. */
    private static final Duration GRACE = Duration.ofDays(1);

    private static final int AT_ONCE = 200;

    private static final String KEPT = """
            create temporary table kept_paths on commit drop as
            with recursive ranked as (
                select e.id, j.keep_nr, row_number() over (partition by e.jobset_id
                    order by (e.status = 'completed') desc, e.evaluation_time desc) as place
                from circus.evaluations e join circus.jobsets j on j.id = e.jobset_id),
            kept(hash) as (
                select left(regexp_replace(o.path, '^.*/', ''), 32)
                from circus.build_outputs o join circus.builds b on b.id = o.build
                left join ranked r on r.id = b.evaluation_id and r.place <= greatest(r.keep_nr, 1)
                where o.path is not null and (b.keep or r.id is not null
                    or exists (select 1 from circus.channels c where c.current_evaluation_id = b.evaluation_id)
                    -- What a channel can be rolled back to has its files still.
                    or exists (select 1 from circus.channel_promotions p join circus.channel_files f on f.promotion_id = p.id
                        where p.evaluation_id = b.evaluation_id))
                union
                select n.hash from circus.narinfo_cache n where greatest(n.kept_at, n.last_fetched_at) >= :recent
                union
                select left(r.name, 32) from kept k
                join circus.narinfo_cache n on n.hash = k.hash cross join lateral unnest(n."references") as r(name))
            select distinct hash from kept
            """;

    private final Database database;
    private final CacheSettings.Retention settings;
    private final long maxBytes;

    /** @param maxBytes of archives; zero for any */
    Retention(Database database, CacheSettings.Retention settings, long maxBytes) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.settings = Objects.requireNonNull(settings, "settings is null");
        this.maxBytes = maxBytes;
    }

    /** Looks once. Answers the hashes of the paths that are gone. */
    List<String> look(Instant now) {
        List<String> gone = new ArrayList<>(database.write(handle -> tooOld(handle, now)));
        if (maxBytes > 0 && stored() > maxBytes) {
            gone.addAll(database.write(handle -> tooMuch(handle, now)));
        }
        if (!gone.isEmpty()) {
            log.info("the binary cache has forgotten {} paths", gone.size());
        }
        return gone;
    }

    private List<String> tooOld(Handle handle, Instant now) {
        Duration age = settings.age().compareTo(GRACE) < 0 ? GRACE : settings.age();
        keep(handle, now.minus(age));
        List<String> gone = handle.createQuery("""
                        delete from circus.narinfo_cache n where not exists (select 1 from kept_paths k where k.hash = n.hash)
                        returning n.hash
                        """).mapTo(String.class).list();
        NarInfoStore.changed(handle, gone);
        return gone;
    }

    private List<String> tooMuch(Handle handle, Instant now) {
        keep(handle, now.minus(GRACE));
        List<String> gone = new ArrayList<>();
        long over = stored(handle) - maxBytes;
        while (over > 0) {
            List<String> some = leaves(handle, over);
            if (some.isEmpty()) {
                log.warn("the binary cache has {} bytes more than cache.max_size, all of which are to be kept", over);
                break;
            }
            handle.createUpdate("delete from circus.narinfo_cache where hash = any(:hashes)")
                    .bindArray("hashes", String.class, some)
                    .execute();
            gone.addAll(some);
            over = stored(handle) - maxBytes;
        }
        NarInfoStore.changed(handle, gone);
        return gone;
    }

    /** The least recently used paths that nothing refers to, as many as are needed to make so much room. */
    private static List<String> leaves(Handle handle, long bytes) {
        return handle.createQuery("""
                        with leaf as (
                            select n.hash, n.file_size, greatest(n.kept_at, n.last_fetched_at) as used
                            from circus.narinfo_cache n
                            where not exists (select 1 from kept_paths k where k.hash = n.hash)
                              and not exists (
                                  select 1 from circus.narinfo_cache r
                                  where r."references" @> array[regexp_replace(n.store_path, '^.*/', '')] and r.hash <> n.hash)
                            order by used, n.hash limit :most),
                        counted as (
                            select hash, used,
                                sum(coalesce(file_size, 0)) over (order by used, hash) - coalesce(file_size, 0) as before
                            from leaf)
                        select hash from counted where before < :bytes order by used, hash
                        """)
                .bind("most", AT_ONCE)
                .bind("bytes", bytes)
                .mapTo(String.class)
                .list();
    }

    private static void keep(Handle handle, Instant recent) {
        handle.createUpdate(KEPT).bind("recent", recent).execute();
        handle.execute("create index on kept_paths (hash)");
        handle.execute("analyze kept_paths");
    }

    private long stored() {
        return database.read(Retention::stored);
    }

    private static long stored(Handle handle) {
        return handle.createQuery("""
                        select coalesce(sum(size), 0) from (
                            select max(coalesce(file_size, 0)) as size from circus.narinfo_cache
                            where blob is not null group by blob) b
                        """).mapTo(Long.class).one();
    }
}
