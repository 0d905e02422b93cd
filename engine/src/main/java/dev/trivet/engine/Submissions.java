package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.plan.PlanException;
import dev.trivet.core.plan.PlanException.Problem;
import dev.trivet.core.plan.PlanGraph;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.RunTally;
import dev.trivet.engine.NewJobs.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes new runs and the growth of running ones, and releases held ones. Each method works inside its caller's transaction. */
final class Submissions {
    private final Lanes lanes;

    Submissions(Lanes lanes) {
        this.lanes = requireNonNull(lanes, "lanes is null");
    }

    /** Writes many runs at once; the answers are in their order. */
    List<SubmittedRun> submit(Ledger ledger, Handle handle, List<Plan> plans) {
        var tallies = new ArrayList<RunTally>();
        plans.forEach(plan -> tallies.add(tally(plan)));
        List<Long> runs = insertRuns(handle, plans, tallies, ledger.now());
        var jobs = new NewJobs(handle, ledger.now());
        for (int index = 0; index < plans.size(); index++) {
            Plan plan = plans.get(index);
            jobs.add(
                    runs.get(index),
                    plan.jobs(),
                    lanes.idsFor(handle, plan.tenant(), plan.jobs()),
                    plan.edges(),
                    Map.of(),
                    entry(plan));
        }
        jobs.insert();
        for (int index = 0; index < plans.size(); index++) {
            Plan plan = plans.get(index);
            ledger.events()
                    .run(
                            runs.get(index),
                            "run.submitted",
                            Map.of("jobs", plan.jobs().size(), "held", plan.held()));
        }
        List<Ledger.MovedJob> ready = jobs.ready();
        ready.forEach(job -> ledger.events().job(job.runId(), job.id(), "job.ready", Map.of("key", job.key())));
        for (int index = 0; index < plans.size(); index++) {
            ledger.events()
                    .run(runs.get(index), "run." + tallies.get(index).state().wireName(), Map.of());
        }
        if (ready.stream().anyMatch(job -> job.cacheKey() != null)) {
            // They may pass at once, which changes their runs.
            ledger.lock(runs);
        }
        new Advance(ledger, handle).open(ready);
        return runs.stream().map(run -> new SubmittedRun(run, jobs.of(run))).toList();
    }

    private static Entry entry(Plan plan) {
        return plan.held() ? Entry.HELD : Entry.OPEN;
    }

    private static RunTally tally(Plan plan) {
        RunTally empty = new RunTally(Map.of(), 0, false, false, plan.growing());
        return counting(empty, plan.jobs(), plan.edges(), entry(plan));
    }

    private static RunTally counting(RunTally before, List<PlannedJob> jobs, List<Edge> edges, Entry entry) {
        Set<String> bound = edges.stream().map(Edge::to).collect(Collectors.toSet());
        int free = (int) jobs.stream().filter(job -> !bound.contains(job.key())).count();
        return before.plus(entry.bound(), jobs.size() - free).plus(entry.free(), free);
    }

    /** Adds jobs to a run that has not ended. */
    SubmittedRun grow(Ledger ledger, Handle handle, long runId, List<PlannedJob> jobs, List<Edge> edges) {
        ledger.lock(List.of(runId));
        if (!ledger.knows(runId) || ledger.tally(runId).over()) {
            throw new PlanException(Problem.RUN_ENDED, "run " + runId + " has ended: it takes no more jobs");
        }
        Map<String, Long> known = named(handle, runId, jobs, edges);
        PlanGraph.check(jobs, edges, known.keySet());
        String tenant = handle.createQuery("select tenant from run where id = :run")
                .bind("run", runId)
                .mapTo(String.class)
                .one();
        var rows = new NewJobs(handle, ledger.now());
        rows.add(runId, jobs, lanes.idsFor(handle, tenant, jobs), edges, known, Entry.OPEN);
        rows.insert();
        Map<String, Long> added = rows.of(runId);
        settle(handle, edges, known, added);
        ledger.tally(runId, counting(ledger.tally(runId), jobs, edges, Entry.OPEN));
        ledger.events().run(runId, "run.grown", Map.of("jobs", jobs.size()));
        var doomed = new Advance(ledger, handle);
        doomed.skipDependentsOfTheDead(added.values());
        List<Ledger.MovedJob> ready = rows.ready();
        ready.forEach(job -> ledger.events().job(runId, job.id(), "job.ready", Map.of("key", job.key())));
        new Advance(ledger, handle).open(ready);
        open(ledger, handle, added.values());
        return new SubmittedRun(runId, added);
    }

    /** Those jobs of the run that the growth names: its cost does not grow with the run. */
    private static Map<String, Long> named(Handle handle, long runId, List<PlannedJob> jobs, List<Edge> edges) {
        Set<String> keys = new HashSet<>();
        jobs.forEach(job -> keys.add(job.key()));
        edges.forEach(edge -> keys.add(edge.from()));
        Map<String, Long> known = new HashMap<>();
        handle.createQuery("select key, id from job where run_id = :run and key = any(:keys)")
                .bind("run", runId)
                .bindArray("keys", String.class, keys)
                .map((row, context) -> Map.entry(row.getString("key"), row.getLong("id")))
                .forEach(entry -> known.put(entry.getKey(), entry.getValue()));
        return known;
    }

    /** Changes the priority of a job that has not started. Answers false if it has. */
    static boolean prioritise(Handle handle, long jobId, int priority) {
        handle.createUpdate("update queue set priority = :priority where job_id = :job")
                .bind("priority", priority)
                .bind("job", jobId)
                .execute();
        return handle.createUpdate("""
                        update job set priority = :priority where id = :job and state in ('held', 'waiting', 'ready')
                        """)
                        .bind("priority", priority)
                        .bind("job", jobId)
                        .execute()
                > 0;
    }

    /** Says that a run gets no more jobs. Answers false if that had been said, or it has ended. */
    static boolean seal(Ledger ledger, long runId) {
        ledger.lock(List.of(runId));
        if (!ledger.knows(runId) || !ledger.tally(runId).growing()) {
            return false;
        }
        ledger.tally(runId, ledger.tally(runId).growing(false));
        return true;
    }

    /** Starts a held run. Answers false if it was not held. */
    boolean release(Ledger ledger, Handle handle, long runId) {
        ledger.lock(List.of(runId));
        List<Long> held = handle.createQuery("select id from job where run_id = :run and state = 'held'")
                .bind("run", runId)
                .mapTo(Long.class)
                .list();
        List<Long> released = ledger.move(JobEvent.RELEASE, held, null).stream()
                .map(Ledger.MovedJob::id)
                .toList();
        open(ledger, handle, released);
        return !released.isEmpty();
    }

    /** Opens those of the waiting jobs that have no open prerequisite. */
    private static void open(Ledger ledger, Handle handle, java.util.Collection<Long> jobIds) {
        List<Long> free = handle.createQuery(
                        "select id from job where id = any(:ids) and state = 'waiting' and open_prerequisites = 0")
                .bindArray("ids", Long.class, jobIds)
                .mapTo(Long.class)
                .list();
        new Advance(ledger, handle).open(ledger.move(JobEvent.OPEN, free, null));
    }

    private static List<Long> insertRuns(Handle handle, List<Plan> plans, List<RunTally> tallies, Instant now) {
        return handle.createQuery("""
                        with f as materialized (
                            select nextval(pg_get_serial_sequence('run', 'id')) as id, f.*
                            from unnest(cast(:dialects as text[]), cast(:tenants as text[]), cast(:titles as text[]),
                                    cast(:labels as text[]), cast(:states as text[]), cast(:timeouts as bigint[]),
                                    cast(:tallies as text[]))
                                with ordinality as f(dialect, tenant, title, labels, state, timeout, tally, ord)),
                        inserted as (
                            insert into run (id, dialect, tenant, title, labels, state, timeout_ms, created_at, tally)
                            overriding system value
                            select f.id, f.dialect, f.tenant, f.title, cast(f.labels as jsonb), f.state, f.timeout, :now,
                                cast(f.tally as jsonb) from f)
                        select id from f order by ord
                        """)
                .bindArray(
                        "dialects",
                        String.class,
                        plans.stream().map(Plan::dialect).toList())
                .bindArray(
                        "tenants",
                        String.class,
                        plans.stream().map(Plan::tenant).toList())
                .bindArray(
                        "titles", String.class, plans.stream().map(Plan::title).toList())
                .bindArray(
                        "labels",
                        String.class,
                        plans.stream().map(plan -> Json.write(plan.labels())).toList())
                .bindArray(
                        "states",
                        String.class,
                        tallies.stream().map(tally -> tally.state().wireName()).toList())
                .bindArray(
                        "timeouts",
                        Long.class,
                        plans.stream().map(Submissions::timeout).toArray())
                .bindArray(
                        "tallies",
                        String.class,
                        tallies.stream().map(Json::write).toList())
                .bind("now", now)
                .mapTo(Long.class)
                .list();
    }

    private static @Nullable Long timeout(Plan plan) {
        return plan.timeout() == null ? null : plan.timeout().toMillis();
    }

    /** Growth may hang on jobs that have already ended well: those edges are satisfied from the start. */
    private static void settle(Handle handle, List<Edge> edges, Map<String, Long> known, Map<String, Long> added) {
        if (edges.isEmpty()) {
            return;
        }
        handle.createUpdate("""
                        update job set open_prerequisites = open_prerequisites - done.count
                        from (select e.to_job, count(*) from job_edge e join job p on p.id = e.from_job
                              where e.to_job = any(:added) and p.id = any(:known)
                                and (p.state = 'passed' or p.soft_failed or (p.finished_at is not null and e.condition = 'finished'))
                              group by e.to_job) done
                        where job.id = done.to_job
                        """)
                .bindArray("added", Long.class, added.values())
                .bindArray("known", Long.class, known.values())
                .execute();
    }
}
