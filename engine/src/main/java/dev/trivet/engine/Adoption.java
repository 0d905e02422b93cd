package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import dev.trivet.engine.Ledger.MovedJob;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Lets an earlier success under the same cache key count for a job that has become ready: the job passes without running, and has the
 * snapshot and the artifacts of the one that ran. Inside the caller's transaction, runs locked.
 */
final class Adoption {
    private static final String CACHED =
            Json.write(Outcome.of(Reason.CACHED, "an earlier success under the same cache key counts for it"));

    private final Ledger ledger;
    private final Handle handle;

    Adoption(Ledger ledger, Handle handle) {
        this.ledger = requireNonNull(ledger, "ledger is null");
        this.handle = requireNonNull(handle, "handle is null");
    }

    /** The ids of those of the ready jobs that have passed by adoption. */
    Set<Long> adopt(Collection<MovedJob> ready) {
        List<Long> candidates = ready.stream()
                .filter(job -> job.cacheKey() != null)
                .map(MovedJob::id)
                .toList();
        if (candidates.isEmpty()) {
            return Set.of();
        }
        Map<Long, Success> found = successes(candidates);
        ledger.move(JobEvent.ADOPT, found.keySet(), CACHED);
        take(found);
        return Set.copyOf(found.keySet());
    }

    private Map<Long, Success> successes(List<Long> candidates) {
        Map<Long, Success> found = new HashMap<>();
        handle.createQuery("""
                        select j.id, k.job_id, k.snapshot, k.snapshot_runner
                        from job j join kept_success k on k.cache_key = j.cache_key
                        join runner r on r.id = k.snapshot_runner and r.state = 'alive'
                        where j.id = any(:ids) order by k.cache_key for key share of k
                        """)
                .bindArray("ids", Long.class, candidates)
                .map((row, context) -> Map.entry(
                        row.getLong("id"),
                        new Success(
                                row.getLong("job_id"),
                                row.getString("snapshot"),
                                requireNonNull(row.getObject("snapshot_runner", UUID.class), "runner is null"))))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    private void take(Map<Long, Success> found) {
        if (found.isEmpty()) {
            return;
        }
        List<Map.Entry<Long, Success>> rows = List.copyOf(found.entrySet());
        handle.createUpdate("""
                        with f as (
                            select * from unnest(cast(:jobs as bigint[]), cast(:sources as bigint[]),
                                cast(:snapshots as text[]), cast(:runners as uuid[])) as f(job, source, snapshot, runner)),
                        artifacts as (
                            insert into artifact (job_id, path, name, size, blob, created_at)
                            select f.job, a.path, a.name, a.size, a.blob, :now from artifact a join f on f.source = a.job_id),
                        steps as (
                            update step set state = 'skipped', finished_at = :now from f where step.job_id = f.job)
                        update job set snapshot = f.snapshot, snapshot_runner = f.runner from f where job.id = f.job
                        """)
                .bind("now", ledger.now())
                .bindArray(
                        "jobs", Long.class, rows.stream().map(Map.Entry::getKey).toList())
                .bindArray(
                        "sources",
                        Long.class,
                        rows.stream().map(row -> row.getValue().jobId).toList())
                .bindArray(
                        "snapshots",
                        String.class,
                        rows.stream().map(row -> row.getValue().snapshot).toList())
                .bindArray(
                        "runners",
                        UUID.class,
                        rows.stream().map(row -> row.getValue().runner).toList())
                .execute();
    }

    /** Notes the snapshots of attempts that ended, and keeps the successes that have a cache key. */
    static void keep(Ledger ledger, Handle handle, List<Ending> ended) {
        // In one order, so that two transactions that keep the same keys do not wait for each other.
        Map<String, Ending> kept = new TreeMap<>();
        for (Ending ending : ended) {
            String snapshot = ending.result().snapshot();
            if (snapshot == null) {
                continue;
            }
            handle.createUpdate("""
                            insert into snapshot (id, runner_id, made_at) values (:id, :runner, :now) on conflict do nothing
                            """)
                    .bind("id", snapshot)
                    .bind("runner", ending.runner())
                    .bind("now", ledger.now())
                    .execute();
            String key = ending.row().cacheKey();
            if (key != null && ending.event() == JobEvent.PASS) {
                kept.put(key, ending);
            }
        }
        kept.forEach((key, ending) -> handle.createUpdate("""
                        insert into kept_success (cache_key, job_id, snapshot, snapshot_runner, made_at, used_at)
                        values (:key, :job, :snapshot, :runner, :now, :now)
                        on conflict (cache_key) do update set job_id = excluded.job_id, snapshot = excluded.snapshot,
                            snapshot_runner = excluded.snapshot_runner, made_at = excluded.made_at,
                            used_at = excluded.used_at
                        """)
                .bind("key", key)
                .bind("job", ending.row().id())
                .bind("snapshot", ending.result().snapshot())
                .bind("runner", ending.runner())
                .bind("now", ledger.now())
                .execute());
    }

    /** Forgets successes that nobody adopted for {@code age}, and the least recently used ones beyond {@code most}. */
    static void forget(Handle handle, Instant now, Duration age, int most) {
        handle.createUpdate("""
                        update kept_success k set used_at = greatest(k.used_at, j.last)
                        from (select cache_key, max(finished_at) as last from job
                              where cache_key is not null and finished_at > :since group by cache_key) j
                        where j.cache_key = k.cache_key
                        """).bind("since", now.minus(Duration.ofHours(1))).execute();
        handle.createUpdate("""
                        delete from kept_success where used_at < :limit or cache_key in (
                            select cache_key from kept_success order by used_at desc offset :most)
                        """)
                .bind("limit", now.minus(age))
                .bind("most", most)
                .execute();
    }

    private record Success(long jobId, String snapshot, UUID runner) {}
}
