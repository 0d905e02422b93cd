package dev.trivet.engine;

import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.JobState;
import dev.trivet.core.state.JobStates;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Starts of attempts, many at once, inside the caller's transaction. The lease is the fence. */
final class Starts {
    private Starts() {}

    static List<Verdict> write(Ledger ledger, Handle handle, List<AttemptRef> refs) {
        ledger.lock(runsOf(handle, refs));
        Set<AttemptRef> started = new HashSet<>();
        handle.createQuery("""
                        with started as (
                            update job set state = :running, started_at = :now
                            from unnest(cast(:ids as bigint[]), cast(:attempts as int[])) as f(id, attempt), lease l
                            where job.id = f.id and l.job_id = f.id and l.attempt = f.attempt
                              and job.attempt = f.attempt and job.state = any(:sources)
                            returning job.id, job.attempt, job.run_id, job.key),
                        noted as (
                            update attempt a set started_at = :now, state = :running from started
                            where a.job_id = started.id and a.number = started.attempt)
                        select * from started
                        """)
                .bind("running", JobState.RUNNING.wireName())
                .bindArray("sources", String.class, Ledger.names(JobStates.TABLE.sourcesOf(JobEvent.START)))
                .bind("now", ledger.now())
                .bindArray(
                        "ids", Long.class, refs.stream().map(AttemptRef::jobId).toList())
                .bindArray(
                        "attempts",
                        Integer.class,
                        refs.stream().map(AttemptRef::attempt).toList())
                .map((row, context) -> {
                    ledger.moved(row.getLong("run_id"), JobState.LEASED, JobState.RUNNING);
                    ledger.events()
                            .job(
                                    row.getLong("run_id"),
                                    row.getLong("id"),
                                    "job.running",
                                    Map.of("attempt", row.getInt("attempt"), "key", row.getString("key")));
                    return new AttemptRef(row.getLong("id"), row.getInt("attempt"));
                })
                .forEach(started::add);
        return refs.stream()
                .map(ref -> started.contains(ref) ? Verdict.ACCEPTED : Verdict.STALE)
                .toList();
    }

    static List<Long> runsOf(Handle handle, List<AttemptRef> refs) {
        return handle.createQuery("select distinct run_id from job where id = any(:ids)")
                .bindArray(
                        "ids", Long.class, refs.stream().map(AttemptRef::jobId).toList())
                .mapTo(Long.class)
                .list();
    }
}
