package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.store.Database;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Registers runners, takes their beats, finds those that stopped beating. Thread-safe. */
final class Runners {
    private final Database database;
    private final Clock clock;

    Runners(Database database, Clock clock) {
        this.database = requireNonNull(database, "database is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    RunnerSession register(RunnerInfo runner) {
        long generation = database.write(handle -> handle.createQuery("""
                        insert into runner (id, name, provides, mandatory, slots, state, generation, registered_at, beat_at)
                        values (:id, :name, :provides, :mandatory, :slots, 'alive', 1, :now, :now)
                        on conflict (id) do update set name = excluded.name, provides = excluded.provides,
                            mandatory = excluded.mandatory, slots = excluded.slots, state = 'alive',
                            generation = runner.generation + 1, registered_at = excluded.registered_at,
                            beat_at = excluded.beat_at
                        returning generation
                        """)
                .bind("id", runner.id())
                .bind("name", runner.name())
                .bindArray("provides", String.class, runner.provides())
                .bindArray("mandatory", String.class, runner.mandatory())
                .bind("slots", runner.slots())
                .bind("now", clock.instant())
                .mapTo(Long.class)
                .one());
        return new RunnerSession(runner, generation);
    }

    /** The session ends in good order; whatever it still holds is lost at the next sweep. */
    void leave(RunnerSession session) {
        database.write(handle -> handle.createUpdate(
                        "update runner set state = 'gone' where id = :id and generation = :generation")
                .bind("id", session.runner().id())
                .bind("generation", session.generation())
                .execute());
    }

    /** A session that has left does not come back by a beat that was under way. */
    Beat beat(RunnerSession session) {
        return database.write(handle -> {
            int known = handle.createUpdate("""
                            update runner set beat_at = :now, state = 'alive'
                            where id = :id and generation = :generation and state <> 'gone'
                            """)
                    .bind("now", clock.instant())
                    .bind("id", session.runner().id())
                    .bind("generation", session.generation())
                    .execute();
            if (known == 0) {
                return new Beat(true, Set.of(), Map.of(), List.of());
            }
            return answer(handle, session);
        });
    }

    private static Beat answer(Handle handle, RunnerSession session) {
        Set<AttemptRef> held = new HashSet<>();
        Map<AttemptRef, StopReason> stops = new HashMap<>();
        handle.createQuery("""
                        select l.job_id, l.attempt, j.stop from lease l join job j on j.id = l.job_id
                        where l.runner_id = :id and l.generation = :generation
                        """)
                .bind("id", session.runner().id())
                .bind("generation", session.generation())
                .map((row, context) -> Map.entry(
                        new AttemptRef(row.getLong("job_id"), row.getInt("attempt")),
                        Optional.ofNullable(row.getString("stop"))))
                .forEach(entry -> {
                    held.add(entry.getKey());
                    entry.getValue().ifPresent(stop -> stops.put(entry.getKey(), StopReason.of(stop)));
                });
        List<String> releasable = handle.createQuery("""
                        select s.id from snapshot s where s.runner_id = :id
                          and not exists (
                            select from job j join run r on r.id = j.run_id
                            where j.snapshot = s.id and j.snapshot_runner = s.runner_id and r.finished_at is null)
                          and not exists (
                            select from kept_success k where k.snapshot = s.id and k.snapshot_runner = s.runner_id)
                        limit 100
                        """)
                .bind("id", session.runner().id())
                .mapTo(String.class)
                .list();
        return new Beat(false, held, stops, releasable);
    }

    /** The attempts of this session that are to be stopped, and why. */
    Map<AttemptRef, StopReason> stops(RunnerSession session) {
        Map<AttemptRef, StopReason> stops = new HashMap<>();
        database.read(handle -> handle.createQuery("""
                        select l.job_id, l.attempt, j.stop from lease l join job j on j.id = l.job_id
                        where l.runner_id = :id and l.generation = :generation and j.stop is not null
                        """)
                        .bind("id", session.runner().id())
                        .bind("generation", session.generation())
                        .map((row, context) -> Map.entry(
                                new AttemptRef(row.getLong("job_id"), row.getInt("attempt")),
                                StopReason.of(row.getString("stop"))))
                        .list())
                .forEach(entry -> stops.put(entry.getKey(), entry.getValue()));
        return stops;
    }

    /** Every snapshot that this runner made and was not told to release. */
    List<String> snapshots(UUID runnerId) {
        return database.read(handle -> handle.createQuery("select id from snapshot where runner_id = :id")
                .bind("id", runnerId)
                .mapTo(String.class)
                .list());
    }

    /** The runner has them no longer: what was kept under them is forgotten with them. */
    void released(UUID runnerId, List<String> snapshots) {
        database.write(handle -> handle.createUpdate("""
                        with gone as (
                            delete from snapshot where runner_id = :id and id = any(:snapshots))
                        update job set snapshot = null, snapshot_runner = null
                        where snapshot_runner = :id and snapshot = any(:snapshots)
                        """)
                .bind("id", runnerId)
                .bindArray("snapshots", String.class, snapshots)
                .execute());
    }

    /** The attempts whose runner is gone, was replaced, or has not beaten since {@code silentSince}. */
    List<AttemptRef> orphans(java.time.Instant silentSince) {
        return database.read(handle -> handle.createQuery("""
                        select l.job_id, l.attempt from lease l left join runner r on r.id = l.runner_id
                        where r.id is null or r.state = 'gone' or r.generation <> l.generation or r.beat_at < :since
                        limit 1000
                        """)
                .bind("since", silentSince)
                .map((row, context) -> new AttemptRef(row.getLong("job_id"), row.getInt("attempt")))
                .list());
    }
}
