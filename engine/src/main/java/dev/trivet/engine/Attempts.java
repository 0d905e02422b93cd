package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.plan.RetryPolicy;
import dev.trivet.core.plan.SoftFail;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.JobState;
import dev.trivet.core.state.JobStates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What runners say of their attempts, many at once, each inside its caller's transaction. The lease is the fence. */
final class Attempts {
    private Attempts() {}

    static List<Verdict> start(Ledger ledger, Handle handle, List<AttemptRef> refs) {
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

    static List<Verdict> steps(Ledger ledger, Handle handle, List<StepChange> changes) {
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

    static List<Verdict> finish(Ledger ledger, Handle handle, List<AttemptResult> results) {
        ledger.lock(runsOf(handle, results.stream().map(AttemptResult::ref).toList()));
        Map<AttemptRef, UUID> fenced =
                takeLeases(handle, results.stream().map(AttemptResult::ref).toList());
        Map<Long, JobRow> rows = jobs(handle, fenced.keySet());
        var ended = new ArrayList<Ending>();
        Set<AttemptRef> accepted = new HashSet<>();
        for (AttemptResult result : results) {
            UUID runner = fenced.get(result.ref());
            JobRow row = rows.get(result.ref().jobId());
            if (runner != null && row != null && accepted.add(result.ref())) {
                ended.add(Ending.decide(result, row, runner));
            }
        }
        write(ledger, handle, ended);
        Set<AttemptRef> answered = new HashSet<>(accepted);
        return results.stream()
                .map(result -> answered.remove(result.ref()) ? Verdict.ACCEPTED : Verdict.STALE)
                .toList();
    }

    private static void write(Ledger ledger, Handle handle, List<Ending> ended) {
        if (ended.isEmpty()) {
            return;
        }
        writeJobs(ledger, handle, ended);
        writeAttempts(ledger, handle, ended);
        writeSteps(ledger, handle, ended);
        var good = new ArrayList<Long>();
        var bad = new ArrayList<Long>();
        var again = new ArrayList<Ending>();
        for (Ending ending : ended) {
            ledger.moved(ending.row.runId, ending.row.state, ending.target());
            if (ending.soft) {
                ledger.tally(ending.row.runId, ledger.tally(ending.row.runId).withSoftFailed(1));
            }
            Map<String, Object> data = new HashMap<>();
            data.put("attempt", ending.result.ref().attempt());
            data.put("key", ending.row.key);
            data.put("reason", ending.outcome.reason().wireName());
            ledger.events().job(ending.row.runId, ending.row.id, "job." + ending.eventName(), data);
            if (ending.event == JobEvent.RETRY) {
                again.add(ending);
            } else if (ending.event == JobEvent.PASS || ending.soft) {
                good.add(ending.row.id);
            } else {
                bad.add(ending.row.id);
            }
        }
        repeat(ledger, handle, again);
        new Advance(ledger, handle).after(good, bad);
    }

    private static void writeJobs(Ledger ledger, Handle handle, List<Ending> ended) {
        handle.createUpdate("""
                        update job set state = f.state, outcome = cast(f.outcome as jsonb), soft_failed = f.soft,
                            snapshot = f.snapshot, snapshot_runner = f.runner, stop = null,
                            retries = retries + f.retried, losses = losses + f.lost,
                            ready_at = case when f.terminal then ready_at else :now end,
                            finished_at = case when f.terminal then cast(:now as timestamptz) end
                        from unnest(cast(:ids as bigint[]), cast(:states as text[]), cast(:outcomes as text[]),
                                cast(:softs as boolean[]), cast(:snapshots as text[]), cast(:runners as uuid[]),
                                cast(:terminal as boolean[]), cast(:retried as int[]), cast(:lost as int[]))
                            as f(id, state, outcome, soft, snapshot, runner, terminal, retried, lost)
                        where job.id = f.id
                        """)
                .bind("now", ledger.now())
                .bindArray(
                        "ids",
                        Long.class,
                        ended.stream().map(ending -> ending.row.id).toList())
                .bindArray(
                        "states",
                        String.class,
                        ended.stream().map(ending -> ending.target().wireName()).toList())
                .bindArray(
                        "outcomes",
                        String.class,
                        ended.stream().map(ending -> Json.write(ending.outcome)).toList())
                .bindArray(
                        "softs",
                        Boolean.class,
                        ended.stream().map(ending -> ending.soft).toList())
                .bindArray(
                        "snapshots",
                        String.class,
                        ended.stream().map(ending -> ending.result.snapshot()).toArray())
                .bindArray(
                        "runners",
                        UUID.class,
                        ended.stream()
                                .map(ending -> ending.result.snapshot() == null ? null : ending.runner)
                                .toArray())
                .bindArray(
                        "terminal",
                        Boolean.class,
                        ended.stream().map(ending -> ending.target().terminal()).toList())
                .bindArray(
                        "retried",
                        Integer.class,
                        ended.stream().map(Ending::retried).toList())
                .bindArray(
                        "lost", Integer.class, ended.stream().map(Ending::lost).toList())
                .execute();
    }

    private static void writeAttempts(Ledger ledger, Handle handle, List<Ending> ended) {
        handle.createUpdate("""
                        update attempt set finished_at = :now, state = f.state, outcome = cast(f.outcome as jsonb)
                        from unnest(cast(:ids as bigint[]), cast(:numbers as int[]), cast(:states as text[]),
                                cast(:outcomes as text[])) as f(id, number, state, outcome)
                        where attempt.job_id = f.id and attempt.number = f.number
                        """)
                .bind("now", ledger.now())
                .bindArray(
                        "ids",
                        Long.class,
                        ended.stream().map(ending -> ending.row.id).toList())
                .bindArray(
                        "numbers",
                        Integer.class,
                        ended.stream()
                                .map(ending -> ending.result.ref().attempt())
                                .toList())
                .bindArray(
                        "states",
                        String.class,
                        ended.stream().map(Ending::attemptState).toList())
                .bindArray(
                        "outcomes",
                        String.class,
                        ended.stream().map(ending -> Json.write(ending.outcome)).toList())
                .execute();
    }

    /** A step that nobody saw the end of ends with its attempt; all steps of a job that is repeated start again. */
    private static void writeSteps(Ledger ledger, Handle handle, List<Ending> ended) {
        handle.createUpdate("""
                        update step set state = f.state, exit_code = case when f.state = 'pending' then null else exit_code end,
                            started_at = case when f.state = 'pending' then null else started_at end,
                            finished_at = case when f.state = 'pending' then null else cast(:now as timestamptz) end
                        from unnest(cast(:ids as bigint[]), cast(:states as text[])) as f(id, state)
                        where step.job_id = f.id
                          and (step.state = 'running' or (f.state = 'pending' and step.state <> 'pending'))
                        """)
                .bind("now", ledger.now())
                .bindArray(
                        "ids",
                        Long.class,
                        ended.stream().map(ending -> ending.row.id).toList())
                .bindArray(
                        "states",
                        String.class,
                        ended.stream().map(Ending::openStepState).toList())
                .execute();
    }

    private static void repeat(Ledger ledger, Handle handle, List<Ending> again) {
        var now = new ArrayList<Ledger.MovedJob>();
        for (Ending ending : again) {
            Duration pause = ending.pause();
            if (pause.isZero()) {
                now.add(new Ledger.MovedJob(
                        ending.row.id,
                        ending.row.runId,
                        ending.row.state,
                        ending.row.laneId,
                        ending.row.priority,
                        0,
                        ending.row.key));
            } else {
                handle.createUpdate("insert into delayed (job_id, due_at) values (:job, :due)")
                        .bind("job", ending.row.id)
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

    private static Map<Long, JobRow> jobs(Handle handle, Set<AttemptRef> refs) {
        Map<Long, JobRow> rows = new HashMap<>();
        if (refs.isEmpty()) {
            return rows;
        }
        handle.createQuery("""
                        select j.id, j.run_id, j.key, j.state, j.lane_id, j.priority, j.stop, j.retries, j.losses,
                            s.retry, s.soft_fail
                        from job j join job_spec s on s.job_id = j.id where j.id = any(:ids)
                        """)
                .bindArray(
                        "ids", Long.class, refs.stream().map(AttemptRef::jobId).toList())
                .map((row, context) -> new JobRow(
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
                        Json.read(row.getString("soft_fail"), SoftFail.class)))
                .forEach(row -> rows.put(row.id, row));
        return rows;
    }

    private static List<Long> runsOf(Handle handle, List<AttemptRef> refs) {
        return handle.createQuery("select distinct run_id from job where id = any(:ids)")
                .bindArray(
                        "ids", Long.class, refs.stream().map(AttemptRef::jobId).toList())
                .mapTo(Long.class)
                .list();
    }

    private record JobRow(
            long id,
            long runId,
            String key,
            JobState state,
            long laneId,
            int priority,
            @Nullable String stop,
            int retries,
            int losses,
            RetryPolicy retry,
            SoftFail softFail) {}

    /** What an attempt's end means for its job. */
    private record Ending(
            AttemptResult result, JobRow row, UUID runner, JobEvent event, Outcome outcome, boolean soft) {

        static Ending decide(AttemptResult result, JobRow row, UUID runner) {
            JobEvent event = result.event();
            Outcome outcome = result.outcome();
            if (row.stop != null) {
                // Whatever the runner saw last, the attempt was being stopped.
                boolean canceled = StopReason.of(row.stop) == StopReason.CANCEL;
                event = canceled ? JobEvent.CANCEL : JobEvent.TIME_OUT;
                outcome = canceled
                        ? Outcome.of(Reason.CANCELED, "canceled")
                        : Outcome.of(Reason.RUN_TIMEOUT, "the run's time is up");
            } else if (row.retry.grants(event, outcome, row.losses, row.retries)) {
                return new Ending(result, row, runner, JobEvent.RETRY, outcome, false);
            }
            if (event == JobEvent.PASS && row.state == JobState.LEASED) {
                // Nothing has passed that never started.
                event = JobEvent.FAIL;
            }
            boolean soft = (event == JobEvent.FAIL || event == JobEvent.TIME_OUT)
                    && outcome.reason() != Reason.RUN_TIMEOUT
                    && row.softFail.forgives(outcome);
            return new Ending(result, row, runner, event, outcome, soft);
        }

        JobState target() {
            return JobStates.TABLE
                    .next(row.state, event)
                    .orElseThrow(() -> new IllegalStateException(
                            "job " + row.id + " is " + row.state + ", which takes no " + event));
        }

        String eventName() {
            return event == JobEvent.RETRY ? "retried" : target().wireName();
        }

        int retried() {
            return event == JobEvent.RETRY && result.event() != JobEvent.LOSE ? 1 : 0;
        }

        int lost() {
            return event == JobEvent.RETRY && result.event() == JobEvent.LOSE ? 1 : 0;
        }

        Duration pause() {
            return result.event() == JobEvent.LOSE ? Duration.ZERO : row.retry.pause(row.retries);
        }

        String attemptState() {
            JobEvent own = event == JobEvent.RETRY ? result.event() : event;
            return JobStates.TABLE.targetOf(own).wireName();
        }

        String openStepState() {
            return switch (event) {
                case RETRY -> "pending";
                case TIME_OUT -> "timed_out";
                case CANCEL -> "canceled";
                case PASS -> "passed";
                case FAIL, LOSE, RELEASE, OPEN, LEASE, START, SKIP -> "failed";
            };
        }
    }
}
