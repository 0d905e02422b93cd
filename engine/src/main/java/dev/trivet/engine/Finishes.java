package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.RetryPolicy;
import dev.trivet.core.plan.SoftFail;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.JobState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Ends of attempts, many at once, inside the caller's transaction. The lease is the fence. */
final class Finishes {
    private Finishes() {}

    static List<Verdict> write(Ledger ledger, Handle handle, List<AttemptResult> results) {
        ledger.lock(
                Starts.runsOf(handle, results.stream().map(AttemptResult::ref).toList()));
        Map<AttemptRef, UUID> fenced =
                takeLeases(handle, results.stream().map(AttemptResult::ref).toList());
        Map<Long, Ending.JobRow> rows = jobs(handle, fenced.keySet());
        var ended = new ArrayList<Ending>();
        Set<AttemptRef> accepted = new HashSet<>();
        for (AttemptResult result : results) {
            UUID runner = fenced.get(result.ref());
            Ending.JobRow row = rows.get(result.ref().jobId());
            if (runner != null && row != null && accepted.add(result.ref())) {
                ended.add(Ending.decide(result, row, runner));
            }
        }
        end(ledger, handle, ended);
        Set<AttemptRef> answered = new HashSet<>(accepted);
        return results.stream()
                .map(result -> answered.remove(result.ref()) ? Verdict.ACCEPTED : Verdict.STALE)
                .toList();
    }

    private static void end(Ledger ledger, Handle handle, List<Ending> ended) {
        if (ended.isEmpty()) {
            return;
        }
        Adoption.keep(ledger, handle, ended);
        EndedRows.writeJobs(ledger, handle, ended);
        EndedRows.writeAttempts(ledger, handle, ended);
        EndedRows.writeSteps(ledger, handle, ended);
        var good = new ArrayList<Long>();
        var bad = new ArrayList<Long>();
        var again = new ArrayList<Ending>();
        for (Ending ending : ended) {
            ledger.moved(ending.row().runId(), ending.row().state(), ending.target());
            if (ending.soft()) {
                ledger.tally(
                        ending.row().runId(), ledger.tally(ending.row().runId()).withSoftFailed(1));
            }
            Map<String, Object> data = new HashMap<>();
            data.put("attempt", ending.result().ref().attempt());
            data.put("key", ending.row().key());
            data.put("reason", ending.outcome().reason().wireName());
            ledger.events().job(ending.row().runId(), ending.row().id(), "job." + ending.eventName(), data);
            if (ending.event() == JobEvent.RETRY) {
                again.add(ending);
            } else if (ending.event() == JobEvent.PASS || ending.soft()) {
                good.add(ending.row().id());
            } else {
                bad.add(ending.row().id());
            }
        }
        repeat(ledger, handle, again);
        new Advance(ledger, handle).after(good, bad);
    }

    private static void repeat(Ledger ledger, Handle handle, List<Ending> again) {
        var now = new ArrayList<Ledger.MovedJob>();
        for (Ending ending : again) {
            Duration pause = ending.pause();
            if (pause.isZero()) {
                now.add(new Ledger.MovedJob(
                        ending.row().id(),
                        ending.row().runId(),
                        ending.row().state(),
                        ending.row().laneId(),
                        ending.row().priority(),
                        0,
                        ending.row().key(),
                        null,
                        true));
            } else {
                handle.createUpdate("insert into delayed (job_id, due_at) values (:job, :due)")
                        .bind("job", ending.row().id())
                        .bind("due", ledger.now().plus(pause))
                        .execute();
            }
        }
        ledger.enqueue(now);
    }

    private static Map<AttemptRef, UUID> takeLeases(Handle handle, List<AttemptRef> refs) {
        Map<AttemptRef, UUID> taken = new HashMap<>();
        handle.createQuery("""
                        delete from lease using unnest(cast(:ids as bigint[]), cast(:attempts as int[])) as f(id, attempt)
                        where lease.job_id = f.id and lease.attempt = f.attempt
                        returning lease.job_id, lease.attempt, lease.runner_id
                        """)
                .bindArray(
                        "ids", Long.class, refs.stream().map(AttemptRef::jobId).toList())
                .bindArray(
                        "attempts",
                        Integer.class,
                        refs.stream().map(AttemptRef::attempt).toList())
                .map((row, context) -> Map.entry(
                        new AttemptRef(row.getLong("job_id"), row.getInt("attempt")),
                        requireNonNull(row.getObject("runner_id", UUID.class), "runner_id is null")))
                .forEach(entry -> taken.put(entry.getKey(), entry.getValue()));
        return taken;
    }

    private static Map<Long, Ending.JobRow> jobs(Handle handle, Set<AttemptRef> refs) {
        Map<Long, Ending.JobRow> rows = new HashMap<>();
        if (refs.isEmpty()) {
            return rows;
        }
        handle.createQuery("""
                        select j.id, j.run_id, j.key, j.state, j.lane_id, j.priority, j.stop, j.retries, j.losses,
                            s.retry, s.soft_fail, j.cache_key
                        from job j join job_spec s on s.job_id = j.id where j.id = any(:ids)
                        """)
                .bindArray(
                        "ids", Long.class, refs.stream().map(AttemptRef::jobId).toList())
                .map((row, context) -> new Ending.JobRow(
                        row.getLong("id"),
                        row.getLong("run_id"),
                        row.getString("key"),
                        JobState.of(row.getString("state")),
                        row.getLong("lane_id"),
                        row.getInt("priority"),
                        row.getString("stop"),
                        row.getInt("retries"),
                        row.getInt("losses"),
                        Json.read(row.getString("retry"), RetryPolicy.class),
                        Json.read(row.getString("soft_fail"), SoftFail.class),
                        row.getString("cache_key")))
                .forEach(row -> rows.put(row.id(), row));
        return rows;
    }
}
