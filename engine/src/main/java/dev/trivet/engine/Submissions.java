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
import dev.trivet.core.state.JobState;
import dev.trivet.core.state.JobStates;
import dev.trivet.core.state.RunTally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Writes new runs and the growth of running ones, and releases held ones. Each method works inside its caller's transaction. */
final class Submissions {
    private final Lanes lanes;

    Submissions(Lanes lanes) {
        this.lanes = requireNonNull(lanes, "lanes is null");
    }

    SubmittedRun submit(Ledger ledger, Handle handle, Plan plan) {
        PlanGraph.check(plan.jobs(), plan.edges(), Set.of());
        Set<String> bound = plan.edges().stream().map(Edge::to).collect(Collectors.toSet());
        int free = (int)
                plan.jobs().stream().filter(job -> !bound.contains(job.key())).count();
        Entry entry = plan.held() ? Entry.HELD : Entry.OPEN;
        RunTally tally = new RunTally(Map.of(), 0, false, false)
                .plus(entry.bound, plan.jobs().size() - free)
                .plus(entry.free, free);
        long runId = insertRun(handle, plan, tally, ledger.now());
        Inserted inserted =
                insertJobs(handle, ledger.now(), runId, plan.tenant(), plan.jobs(), plan.edges(), Map.of(), entry);
        insertEdges(handle, plan.edges(), inserted.ids);
        ledger.events().run(runId, "run.submitted", Map.of("jobs", plan.jobs().size(), "held", plan.held()));
        inserted.ready.forEach(job -> ledger.events().job(runId, job.id(), "job.ready", Map.of("key", job.key())));
        ledger.events().run(runId, "run." + tally.state().wireName(), Map.of());
        ledger.enqueue(inserted.ready);
        return new SubmittedRun(runId, inserted.ids);
    }

    /** Adds jobs to a run that has not ended. */
    SubmittedRun grow(Ledger ledger, Handle handle, long runId, List<PlannedJob> jobs, List<Edge> edges) {
        ledger.lock(List.of(runId));
        if (!ledger.knows(runId) || ledger.tally(runId).open() == 0) {
            throw new PlanException(Problem.RUN_ENDED, "run " + runId + " has ended: it takes no more jobs");
        }
        Map<String, Long> known = new HashMap<>();
        handle.createQuery("select key, id from job where run_id = :run")
                .bind("run", runId)
                .map((row, context) -> Map.entry(row.getString("key"), row.getLong("id")))
                .forEach(entry -> known.put(entry.getKey(), entry.getValue()));
        PlanGraph.check(jobs, edges, known.keySet());
        String tenant = handle.createQuery("select tenant from run where id = :run")
                .bind("run", runId)
                .mapTo(String.class)
                .one();
        Map<String, Long> added =
                insertJobs(handle, ledger.now(), runId, tenant, jobs, edges, known, Entry.WAITING).ids;
        var all = new HashMap<>(known);
        all.putAll(added);
        insertEdges(handle, edges, all);
        settle(handle, edges, known, added);
        ledger.tally(runId, ledger.tally(runId).plus(JobState.WAITING, jobs.size()));
        ledger.events().run(runId, "run.grown", Map.of("jobs", jobs.size()));
        var doomed = new Advance(ledger, handle);
        doomed.skipDependentsOfTheDead(added.values());
        open(ledger, handle, added.values());
        return new SubmittedRun(runId, added);
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
        ledger.enqueue(ledger.move(JobEvent.OPEN, free, null));
    }

    private static long insertRun(Handle handle, Plan plan, RunTally tally, Instant now) {
        return handle.createQuery("""
                        insert into run (dialect, tenant, title, labels, state, timeout_ms, created_at, tally)
                        values (:dialect, :tenant, :title, cast(:labels as jsonb), :state, :timeout, :now,
                            cast(:tally as jsonb))
                        returning id
                        """)
                .bind("dialect", plan.dialect())
                .bind("tenant", plan.tenant())
                .bind("title", plan.title())
                .bind("labels", Json.write(plan.labels()))
                .bind("timeout", plan.timeout() == null ? null : plan.timeout().toMillis())
                .bind("now", now)
                .bind("state", tally.state().wireName())
                .bind("tally", Json.write(tally))
                .mapTo(Long.class)
                .one();
    }

    private Inserted insertJobs(
            Handle handle,
            Instant now,
            long runId,
            String tenant,
            List<PlannedJob> jobs,
            List<Edge> edges,
            Map<String, Long> known,
            Entry entry) {
        Map<String, Integer> prerequisites = new HashMap<>();
        Set<String> freezing = new HashSet<>();
        for (Edge edge : Set.copyOf(edges)) {
            prerequisites.merge(edge.to(), 1, Integer::sum);
            if (edge.kind() == Edge.Kind.BUILDS_IN) {
                freezing.add(edge.from());
            }
        }
        Query insert = handle.createQuery("""
                insert into job (run_id, key, name, state, lane_id, priority, open_prerequisites, freezes, created_at,
                    ready_at)
                select :run, j.key, j.name, case when j.open = 0 then :free else :bound end, j.lane, j.priority, j.open,
                    j.freezes, :now, case when j.open = 0 and :free = 'ready' then cast(:now as timestamptz) end
                from unnest(cast(:keys as text[]), cast(:names as text[]), cast(:lanes as bigint[]),
                    cast(:priorities as int[]), cast(:open as int[]), cast(:freezes as boolean[]))
                    with ordinality as j(key, name, lane, priority, open, freezes, ord)
                order by j.ord
                returning key, id, state, lane_id, priority
                """);
        Map<String, Long> ids = new HashMap<>();
        var ready = new ArrayList<Ledger.MovedJob>();
        insert.bind("run", runId)
                .bind("bound", entry.bound.wireName())
                .bind("free", entry.free.wireName())
                .bind("now", now)
                .bindArray(
                        "keys", String.class, jobs.stream().map(PlannedJob::key).toList())
                .bindArray(
                        "names",
                        String.class,
                        jobs.stream().map(PlannedJob::name).toList())
                .bindArray("lanes", Long.class, lanes.idsFor(handle, tenant, jobs))
                .bindArray(
                        "priorities",
                        Integer.class,
                        jobs.stream().map(PlannedJob::priority).toList())
                .bindArray(
                        "open",
                        Integer.class,
                        jobs.stream()
                                .map(job -> prerequisites.getOrDefault(job.key(), 0))
                                .toList())
                .bindArray(
                        "freezes",
                        Boolean.class,
                        jobs.stream().map(job -> freezing.contains(job.key())).toList())
                .map((row, context) -> new Ledger.MovedJob(
                        row.getLong("id"),
                        runId,
                        JobState.of(row.getString("state")),
                        row.getLong("lane_id"),
                        row.getInt("priority"),
                        0,
                        row.getString("key")))
                .forEach(job -> {
                    ids.put(job.key(), job.id());
                    if (job.previous() == JobState.READY) {
                        ready.add(job);
                    }
                });
        insertSpecs(handle, jobs, ids);
        insertSteps(handle, jobs, ids);
        List<Long> grownBases =
                freezing.stream().filter(known::containsKey).map(known::get).toList();
        if (!grownBases.isEmpty()) {
            handle.createUpdate("update job set freezes = true where id = any(:ids)")
                    .bindArray("ids", Long.class, grownBases)
                    .execute();
        }
        return new Inserted(ids, ready);
    }

    private static void insertSpecs(Handle handle, List<PlannedJob> jobs, Map<String, Long> ids) {
        handle.createUpdate("""
                        insert into job_spec (job_id, spec, retry, soft_fail)
                        select s.id, cast(s.spec as jsonb), cast(s.retry as jsonb), cast(s.soft_fail as jsonb)
                        from unnest(cast(:ids as bigint[]), cast(:specs as text[]), cast(:retries as text[]),
                            cast(:softs as text[])) as s(id, spec, retry, soft_fail)
                        """)
                .bindArray(
                        "ids",
                        Long.class,
                        jobs.stream().map(job -> id(ids, job.key())).toList())
                .bindArray(
                        "specs",
                        String.class,
                        jobs.stream().map(job -> Json.write(job.spec())).toList())
                .bindArray(
                        "retries",
                        String.class,
                        jobs.stream().map(job -> Json.write(job.retry())).toList())
                .bindArray(
                        "softs",
                        String.class,
                        jobs.stream().map(job -> Json.write(job.softFail())).toList())
                .execute();
    }

    private static void insertSteps(Handle handle, List<PlannedJob> jobs, Map<String, Long> ids) {
        var jobOf = new ArrayList<Long>();
        var numbers = new ArrayList<Integer>();
        var names = new ArrayList<String>();
        for (PlannedJob job : jobs) {
            long id = id(ids, job.key());
            jobOf.add(id);
            numbers.add(0);
            names.add("setup");
            for (int index = 0; index < job.spec().steps().size(); index++) {
                jobOf.add(id);
                numbers.add(index + 1);
                names.add(job.spec().steps().get(index).name());
            }
        }
        handle.createUpdate("""
                        insert into step (job_id, number, name, state)
                        select s.id, s.number, s.name, 'pending'
                        from unnest(cast(:ids as bigint[]), cast(:numbers as int[]), cast(:names as text[]))
                            as s(id, number, name)
                        """)
                .bindArray("ids", Long.class, jobOf)
                .bindArray("numbers", Integer.class, numbers)
                .bindArray("names", String.class, names)
                .execute();
    }

    private static void insertEdges(Handle handle, List<Edge> edges, Map<String, Long> ids) {
        if (edges.isEmpty()) {
            return;
        }
        handle.createUpdate("""
                        insert into job_edge (from_job, to_job, kind, condition)
                        select * from unnest(cast(:from as bigint[]), cast(:to as bigint[]), cast(:kinds as text[]),
                            cast(:conditions as text[]))
                        on conflict do nothing
                        """)
                .bindArray(
                        "from",
                        Long.class,
                        edges.stream().map(edge -> id(ids, edge.from())).toList())
                .bindArray(
                        "to",
                        Long.class,
                        edges.stream().map(edge -> id(ids, edge.to())).toList())
                .bindArray(
                        "kinds",
                        String.class,
                        edges.stream().map(edge -> edge.kind().wireName()).toList())
                .bindArray(
                        "conditions",
                        String.class,
                        edges.stream().map(edge -> edge.condition().wireName()).toList())
                .execute();
        handle.createUpdate("""
                        update job set builds_in = e.from_job from job_edge e
                        where e.to_job = job.id and e.kind = 'builds_in' and job.id = any(:ids)
                        """)
                .bindArray(
                        "ids",
                        Long.class,
                        edges.stream()
                                .map(edge -> id(ids, edge.to()))
                                .distinct()
                                .toList())
                .execute();
        // Two edges between the same two jobs are one prerequisite.
        handle.createUpdate("""
                        update job set open_prerequisites = e.count
                        from (select to_job, count(*) from job_edge where to_job = any(:ids) group by to_job) e
                        where job.id = e.to_job and job.open_prerequisites <> e.count
                        """)
                .bindArray(
                        "ids",
                        Long.class,
                        edges.stream()
                                .map(edge -> id(ids, edge.to()))
                                .distinct()
                                .toList())
                .execute();
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

    private static long id(Map<String, Long> ids, String key) {
        return requireNonNull(ids.get(key), "a job of the plan has no row");
    }

    /** The states of new jobs: of those that wait for others, and of those that wait for none. */
    private record Entry(JobState bound, JobState free) {
        static final Entry HELD = new Entry(JobState.HELD, JobState.HELD);
        static final Entry WAITING = new Entry(JobState.WAITING, JobState.WAITING);
        /** What can run is opened in the same breath: one row written once. */
        static final Entry OPEN = new Entry(JobState.WAITING, JobStates.TABLE.targetOf(JobEvent.OPEN));
    }

    private record Inserted(Map<String, Long> ids, List<Ledger.MovedJob> ready) {}
}
