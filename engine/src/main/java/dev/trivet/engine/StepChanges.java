package dev.trivet.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** What runners say of steps and artifacts while an attempt runs, inside the caller's transaction. The lease is the fence. */
final class StepChanges {
    private StepChanges() {}

    static List<Verdict> write(Ledger ledger, Handle handle, List<StepChange> changes) {
        // Two changes of one step in one batch would be one row updated twice: each number goes in its own round.
        var rounds = new ArrayList<Map<Map.Entry<Long, Integer>, StepChange>>();
        for (StepChange change : changes) {
            var step = Map.entry(change.ref().jobId(), change.number());
            rounds.stream()
                    .filter(round -> !round.containsKey(step))
                    .findFirst()
                    .orElseGet(() -> {
                        rounds.add(new LinkedHashMap<>());
                        return rounds.getLast();
                    })
                    .put(step, change);
        }
        Set<StepChange> written = new HashSet<>();
        rounds.forEach(round -> written.addAll(stepRound(ledger, handle, List.copyOf(round.values()))));
        return changes.stream()
                .map(change -> written.contains(change) ? Verdict.ACCEPTED : Verdict.STALE)
                .toList();
    }

    private static List<StepChange> stepRound(Ledger ledger, Handle handle, List<StepChange> changes) {
        var written = new ArrayList<StepChange>();
        handle.createQuery("""
                        with f as materialized (
                            select f.* from unnest(cast(:ids as bigint[]), cast(:attempts as int[]), cast(:numbers as int[]),
                                    cast(:states as text[]), cast(:codes as int[])) with ordinality
                                    as f(id, attempt, number, state, code, ord)
                            join lease l on l.job_id = f.id and l.attempt = f.attempt
                            for key share of l),
                        changed as (
                            update step set state = f.state, exit_code = coalesce(f.code, step.exit_code),
                                started_at = case when f.state = 'running' then cast(:now as timestamptz) else step.started_at end,
                                finished_at = case when f.state not in ('pending', 'running') then cast(:now as timestamptz) end
                            from f where step.job_id = f.id and step.number = f.number
                            returning f.ord, step.name, f.id)
                        select changed.ord, changed.name, job.run_id from changed join job on job.id = changed.id
                        order by changed.ord
                        """)
                .bind("now", ledger.now())
                .bindArray(
                        "ids",
                        Long.class,
                        changes.stream().map(change -> change.ref().jobId()).toList())
                .bindArray(
                        "attempts",
                        Integer.class,
                        changes.stream().map(change -> change.ref().attempt()).toList())
                .bindArray(
                        "numbers",
                        Integer.class,
                        changes.stream().map(StepChange::number).toList())
                .bindArray(
                        "states",
                        String.class,
                        changes.stream()
                                .map(change -> change.state().wireName())
                                .toList())
                .bindArray(
                        "codes",
                        Integer.class,
                        changes.stream().map(StepChange::exitCode).toArray())
                .map((row, context) -> {
                    StepChange change = changes.get(row.getInt("ord") - 1);
                    ledger.events()
                            .job(
                                    row.getLong("run_id"),
                                    change.ref().jobId(),
                                    "step." + change.state().wireName(),
                                    Map.of("number", change.number(), "name", row.getString("name")));
                    return change;
                })
                .forEach(written::add);
        return written;
    }

    static Verdict artifact(Ledger ledger, Handle handle, NewArtifact artifact) {
        List<Long> run = handle.createQuery("""
                        with fence as (
                            select job_id from lease where job_id = :job and attempt = :attempt for key share),
                        kept as (
                            insert into artifact (job_id, path, name, size, blob, created_at)
                            select job_id, :path, :name, :size, :blob, :now from fence
                            on conflict (job_id, path) do update set
                                name = excluded.name, size = excluded.size, blob = excluded.blob,
                                created_at = excluded.created_at
                            returning job_id)
                        select run_id from kept join job on job.id = kept.job_id
                        """)
                .bind("job", artifact.ref().jobId())
                .bind("attempt", artifact.ref().attempt())
                .bind("path", artifact.path())
                .bind("name", artifact.name())
                .bind("size", artifact.size())
                .bind("blob", artifact.blob())
                .bind("now", ledger.now())
                .mapTo(Long.class)
                .list();
        run.forEach(runId -> ledger.events()
                .job(
                        runId,
                        artifact.ref().jobId(),
                        "artifact.added",
                        Map.of("path", artifact.path(), "size", artifact.size())));
        return run.isEmpty() ? Verdict.STALE : Verdict.ACCEPTED;
    }
}
