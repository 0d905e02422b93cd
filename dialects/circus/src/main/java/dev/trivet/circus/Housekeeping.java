package dev.trivet.circus;

import dev.trivet.core.plan.NixSpec;
import dev.trivet.engine.Engine;
import dev.trivet.store.Database;
import dev.trivet.store.RunStore;
import dev.trivet.store.RunnerRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * What time brings about: builds for which there is no machine give up, and evaluations that nobody needs any more are let go by the store
 * (spec sections 5.1 and 5.5). Used by one thread.
 */
final class Housekeeping {
    private static final Duration UNSUPPORTED_LOOK = Duration.ofSeconds(30);
    private static final int MOST_AT_ONCE = 1000;

    private final Database database;
    private final Engine engine;
    private final RunStore runs;
    private final CircusPlanner planner;
    private final BuildSettings build;
    private final GarbageSettings garbage;
    private final StrandedBuilds stranded;
    private Instant lastUnsupported = Instant.EPOCH;
    private Instant lastGarbage = Instant.EPOCH;

    Housekeeping(
            Database database,
            Engine engine,
            RunStore runs,
            CircusPlanner planner,
            BuildSettings build,
            GarbageSettings garbage) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.engine = Objects.requireNonNull(engine, "engine is null");
        this.runs = Objects.requireNonNull(runs, "runs is null");
        this.planner = Objects.requireNonNull(planner, "planner is null");
        this.build = Objects.requireNonNull(build, "build is null");
        this.garbage = Objects.requireNonNull(garbage, "garbage is null");
        this.stranded = new StrandedBuilds(database, engine, runs);
    }

    /** Does what is due; answers how long it may be until the next look. */
    Duration look(Instant now) {
        Duration again = stranded.look(now);
        Duration pause = again.compareTo(garbage.interval()) < 0 ? again : garbage.interval();
        if (build.unsupportedAfter().isPresent()) {
            Duration longest = build.unsupportedAfter().get();
            Duration interval = longest.compareTo(UNSUPPORTED_LOOK) < 0 ? longest : UNSUPPORTED_LOOK;
            if (!now.isBefore(lastUnsupported.plus(interval))) {
                lastUnsupported = now;
                unsupported(now.minus(longest), now);
            }
            pause = interval.compareTo(pause) < 0 ? interval : pause;
        }
        if (!now.isBefore(lastGarbage.plus(garbage.interval()))) {
            lastGarbage = now;
            letGo(now);
        }
        return pause;
    }

    // ---- machines

    private void unsupported(Instant before, Instant now) {
        Set<String> offered = new HashSet<>();
        for (RunnerRow runner : runs.runners()) {
            if (!runner.gone() && runner.provides().contains(NixSpec.REQUIREMENT)) {
                offered.addAll(runner.provides());
            }
        }
        database.read(handle -> handle.createQuery("""
                        select systems from circus.remote_builders
                        where enabled and (disabled_until is null or disabled_until < now())
                        """)
                        .map((row, context) -> Columns.texts(row, "systems"))
                        .list())
                .forEach(offered::addAll);
        offered.add("builtin");
        List<Long> jobs = database.write(handle -> {
            List<Long> given = new ArrayList<>();
            Set<UUID> evaluations = new HashSet<>();
            handle.createQuery("""
                            update circus.builds set status = 'unsupported_system', completed_at = :now,
                                error_message = 'no machine builds for ' || system
                            where status = 'pending' and created_at < :before and system is not null
                              and not system = any(:offered) and not is_aggregate
                            returning job_id, evaluation_id
                            """)
                    .bind("now", now)
                    .bind("before", before)
                    .bindArray("offered", String.class, offered)
                    .map((row, context) -> {
                        evaluations.add(Columns.uuid(row, "evaluation_id"));
                        return row.getObject("job_id", Long.class);
                    })
                    .forEach(job -> {
                        if (job != null) {
                            given.add(job);
                        }
                    });
            new BuildEnds(handle).settle(evaluations, now);
            return given;
        });
        jobs.forEach(engine::cancelJob);
    }

    // ---- the store

    private void letGo(Instant now) {
        Map<String, List<NixSpec.Dropped>> byStore = new HashMap<>();
        database.read(handle -> {
            old(handle, now, byStore);
            deleted(handle, byStore);
            return true;
        });
        byStore.forEach((store, dropped) -> {
            List<UUID> ids =
                    dropped.stream().map(one -> UUID.fromString(one.root())).toList();
            engine.submit(planner.collect(store, dropped, garbage.collects()), (handle, run) -> {
                handle.createUpdate("update circus.evaluations set roots_dropped_at = :now where id = any(:ids)")
                        .bind("now", now)
                        .bindArray("ids", UUID.class, ids)
                        .execute();
                refuseShown(handle, ids);
                handle.createUpdate("delete from circus.deleted_roots where evaluation_id = any(:ids)")
                        .bindArray("ids", UUID.class, ids)
                        .execute();
            });
        });
    }

    /** Somebody may have promoted one since it was looked at. Whoever does so afterwards sees that it is let go. */
    private static void refuseShown(Handle handle, List<UUID> evaluations) {
        boolean shown = handle.createQuery(
                        "select exists (select 1 from circus.channels where current_evaluation_id = any(:ids))")
                .bindArray("ids", UUID.class, evaluations)
                .mapTo(Boolean.class)
                .one();
        if (shown) {
            throw new IllegalStateException(
                    "a channel has begun to show what was to be let go; nothing is let go this time");
        }
    }

    /** Evaluations that are none of their jobset's last ones and old enough, and that no channel shows or has shown lately. */
    private void old(Handle handle, Instant now, Map<String, List<NixSpec.Dropped>> dropped) {
        handle.createQuery("""
                        with ranked as (
                            select e.id, e.store, e.finished_at, e.status, e.roots_dropped_at, j.keep_nr,
                                row_number() over (partition by e.jobset_id order by (e.status = 'completed') desc,
                                    e.evaluation_time desc) as place
                            from circus.evaluations e join circus.jobsets j on j.id = e.jobset_id)
                        select r.id, r.store, array(
                            select distinct b.drv_path from circus.builds b where b.evaluation_id = r.id and b.keep) as kept
                        from ranked r
                        where r.store is not null and r.roots_dropped_at is null and r.status not in ('pending', 'running')
                          and r.finished_at < :before and r.place > greatest(r.keep_nr, 1)
                          and not exists (select 1 from circus.channels c where c.current_evaluation_id = r.id)
                          and not exists (select 1 from circus.channel_promotions p join circus.channels c on c.id = p.channel_id
                              where p.evaluation_id = r.id and p.number > c.promotions - :history)
                          and not exists (
                              select 1 from circus.builds b where b.evaluation_id = r.id and b.status in ('pending', 'running'))
                        limit :most
                        """)
                .bind("before", now.minus(garbage.age()))
                .bind("history", garbage.channelHistory())
                .bind("most", MOST_AT_ONCE)
                .map((row, context) -> add(
                        dropped,
                        row.getString("store"),
                        new NixSpec.Dropped(row.getString("id"), Columns.texts(row, "kept"))))
                .list();
    }

    /** Evaluations that are not there any more. */
    private static void deleted(Handle handle, Map<String, List<NixSpec.Dropped>> dropped) {
        handle.createQuery("select evaluation_id, store from circus.deleted_roots limit :most")
                .bind("most", MOST_AT_ONCE)
                .map((row, context) -> add(
                        dropped,
                        row.getString("store"),
                        new NixSpec.Dropped(row.getString("evaluation_id"), List.of())))
                .list();
    }

    private static boolean add(Map<String, List<NixSpec.Dropped>> dropped, String store, NixSpec.Dropped one) {
        return dropped.computeIfAbsent(store, _ -> new ArrayList<>()).add(one);
    }
}
