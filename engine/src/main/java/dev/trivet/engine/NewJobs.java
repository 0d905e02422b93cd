package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.JobState;
import dev.trivet.core.state.JobStates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Inserts the rows of new jobs, those of many runs at once: what costs is the statement, hardly the row. */
final class NewJobs {
    private final Handle handle;
    private final Instant now;
    private final List<JobRow> rows = new ArrayList<>();
    private final Map<Long, Map<String, Long>> known = new HashMap<>();
    private final Map<Long, Map<String, Long>> added = new HashMap<>();
    private final List<EdgeOfRun> edges = new ArrayList<>();

    NewJobs(Handle handle, Instant now) {
        this.handle = requireNonNull(handle, "handle is null");
        this.now = requireNonNull(now, "now is null");
    }

    /**
     * Jobs of one run.
     *
     * @param lanes of each job
     * @param existing jobs that the run has already, which edges may name
     */
    void add(
            long runId,
            List<PlannedJob> jobs,
            List<Long> lanes,
            List<Edge> planned,
            Map<String, Long> existing,
            Entry entry) {
        Collection<Edge> distinct = merged(planned);
        Map<String, Integer> prerequisites = new HashMap<>();
        Set<String> freezing = new HashSet<>();
        for (Edge edge : distinct) {
            prerequisites.merge(edge.to(), 1, Integer::sum);
            if (edge.kind() == Edge.Kind.BUILDS_IN) {
                freezing.add(edge.from());
            }
            edges.add(new EdgeOfRun(runId, edge));
        }
        known.put(runId, existing);
        for (int index = 0; index < jobs.size(); index++) {
            PlannedJob job = jobs.get(index);
            int open = prerequisites.getOrDefault(job.key(), 0);
            JobState state = open == 0 ? entry.free : entry.bound;
            boolean freezes = job.cacheKey() != null || freezing.contains(job.key());
            rows.add(new JobRow(runId, job, state, lanes.get(index), open, freezes));
        }
        freeze(freezing.stream()
                .filter(existing::containsKey)
                .map(existing::get)
                .toList());
    }

    /** Two edges between the same two jobs are one, as strong as both. */
    private static Collection<Edge> merged(List<Edge> planned) {
        Map<Map.Entry<String, String>, Edge> distinct = new LinkedHashMap<>();
        for (Edge edge : planned) {
            distinct.merge(Map.entry(edge.from(), edge.to()), edge, NewJobs::stronger);
        }
        return distinct.values();
    }

    private static Edge stronger(Edge one, Edge other) {
        boolean based = one.kind() == Edge.Kind.BUILDS_IN || other.kind() == Edge.Kind.BUILDS_IN;
        boolean passed = one.condition() == Edge.Condition.PASSED || other.condition() == Edge.Condition.PASSED;
        return new Edge(
                one.from(),
                one.to(),
                based ? Edge.Kind.BUILDS_IN : Edge.Kind.DEPENDS_ON,
                passed ? Edge.Condition.PASSED : Edge.Condition.FINISHED);
    }

    /** Writes them. Those that can run already still have to be enqueued: {@link #ready}. */
    void insert() {
        insertJobs();
        insertSpecsAndSteps();
        insertEdges();
        insertBlobs();
    }

    /** Archives that the jobs unpack. */
    private void insertBlobs() {
        Set<Map.Entry<Long, String>> blobs = new LinkedHashSet<>();
        for (JobRow row : rows) {
            row.job.spec().archives().forEach(archive -> blobs.add(Map.entry(row.runId, archive.blob())));
        }
        if (blobs.isEmpty()) {
            return;
        }
        handle.createUpdate("""
                        insert into run_blob (run_id, blob)
                        select * from unnest(cast(:runs as bigint[]), cast(:blobs as text[])) on conflict do nothing
                        """)
                .bindArray("runs", Long.class, column(List.copyOf(blobs), Map.Entry::getKey))
                .bindArray("blobs", String.class, column(List.copyOf(blobs), Map.Entry::getValue))
                .execute();
    }

    /** The new jobs of a run by key. */
    Map<String, Long> of(long runId) {
        return requireNonNull(added.get(runId), "no jobs of this run");
    }

    /** The new jobs that can run. */
    List<Ledger.MovedJob> ready() {
        return rows.stream()
                .filter(row -> row.state == JobState.READY)
                .map(row -> new Ledger.MovedJob(
                        id(row.runId, row.job.key()),
                        row.runId,
                        JobState.READY,
                        row.lane,
                        row.job.priority(),
                        0,
                        row.job.key(),
                        row.job.cacheKey(),
                        false))
                .toList();
    }

    private void insertJobs() {
        handle.createQuery("""
                        insert into job (run_id, key, name, state, lane_id, priority, open_prerequisites, freezes,
                            cache_key, created_at, ready_at)
                        select j.run, j.key, j.name, j.state, j.lane, j.priority, j.open, j.freezes, j.cached, :now,
                            case when j.state = 'ready' then cast(:now as timestamptz) end
                        from unnest(cast(:runs as bigint[]), cast(:keys as text[]), cast(:names as text[]),
                                cast(:states as text[]), cast(:lanes as bigint[]), cast(:priorities as int[]),
                                cast(:open as int[]), cast(:freezes as boolean[]), cast(:cached as text[]))
                            with ordinality as j(run, key, name, state, lane, priority, open, freezes, cached, ord)
                        order by j.ord
                        returning run_id, key, id
                        """)
                .bind("now", now)
                .bindArray("runs", Long.class, column(rows, JobRow::runId))
                .bindArray("keys", String.class, column(rows, row -> row.job.key()))
                .bindArray("names", String.class, column(rows, row -> row.job.name()))
                .bindArray("states", String.class, column(rows, row -> row.state.wireName()))
                .bindArray("lanes", Long.class, column(rows, JobRow::lane))
                .bindArray("priorities", Integer.class, column(rows, row -> row.job.priority()))
                .bindArray("open", Integer.class, column(rows, JobRow::open))
                .bindArray("freezes", Boolean.class, column(rows, JobRow::freezes))
                .bindArray(
                        "cached",
                        String.class,
                        rows.stream().map(row -> row.job.cacheKey()).toArray())
                .map((row, context) -> new Key(row.getLong("run_id"), row.getString("key"), row.getLong("id")))
                .forEach(key ->
                        added.computeIfAbsent(key.runId, run -> new HashMap<>()).put(key.key, key.id));
    }

    /** Most jobs have the same policies: each is written as JSON once. */
    private static final class Written {
        private final Map<Object, String> texts = new HashMap<>();

        String of(Object value) {
            return texts.computeIfAbsent(value, Json::write);
        }
    }

    private void insertSpecsAndSteps() {
        var written = new Written();
        var steps = new ArrayList<Step>();
        for (JobRow row : rows) {
            long id = id(row.runId, row.job.key());
            steps.add(new Step(id, 0, "setup"));
            for (int index = 0; index < row.job.spec().steps().size(); index++) {
                steps.add(new Step(
                        id, index + 1, row.job.spec().steps().get(index).name()));
            }
        }
        handle.createUpdate("""
                        with specs as (
                            insert into job_spec (job_id, spec, retry, soft_fail)
                            select s.id, cast(s.spec as jsonb), cast(s.retry as jsonb), cast(s.soft_fail as jsonb)
                            from unnest(cast(:ids as bigint[]), cast(:specs as text[]), cast(:retries as text[]),
                                cast(:softs as text[])) as s(id, spec, retry, soft_fail))
                        insert into step (job_id, number, name, state)
                        select s.id, s.number, s.name, 'pending'
                        from unnest(cast(:jobs as bigint[]), cast(:numbers as int[]), cast(:names as text[]))
                            as s(id, number, name)
                        """)
                .bindArray("ids", Long.class, column(rows, row -> id(row.runId, row.job.key())))
                .bindArray("specs", String.class, column(rows, row -> Json.write(row.job.spec())))
                .bindArray("retries", String.class, column(rows, row -> written.of(row.job.retry())))
                .bindArray("softs", String.class, column(rows, row -> written.of(row.job.softFail())))
                .bindArray("jobs", Long.class, column(steps, Step::jobId))
                .bindArray("numbers", Integer.class, column(steps, Step::number))
                .bindArray("names", String.class, column(steps, Step::name))
                .execute();
    }

    private void insertEdges() {
        if (edges.isEmpty()) {
            return;
        }
        handle.createUpdate("""
                        insert into job_edge (from_job, to_job, kind, condition)
                        select * from unnest(cast(:from as bigint[]), cast(:to as bigint[]), cast(:kinds as text[]),
                            cast(:conditions as text[]))
                        """)
                .bindArray("from", Long.class, column(edges, edge -> id(edge.runId, edge.edge.from())))
                .bindArray("to", Long.class, column(edges, edge -> id(edge.runId, edge.edge.to())))
                .bindArray(
                        "kinds",
                        String.class,
                        column(edges, edge -> edge.edge.kind().wireName()))
                .bindArray(
                        "conditions",
                        String.class,
                        column(edges, edge -> edge.edge.condition().wireName()))
                .execute();
        List<EdgeOfRun> based = edges.stream()
                .filter(edge -> edge.edge.kind() == Edge.Kind.BUILDS_IN)
                .toList();
        if (based.isEmpty()) {
            return;
        }
        handle.createUpdate("""
                        update job set builds_in = e.base
                        from unnest(cast(:from as bigint[]), cast(:to as bigint[])) as e(base, job)
                        where job.id = e.job
                        """)
                .bindArray("from", Long.class, column(based, edge -> id(edge.runId, edge.edge.from())))
                .bindArray("to", Long.class, column(based, edge -> id(edge.runId, edge.edge.to())))
                .execute();
    }

    private void freeze(List<Long> jobs) {
        if (jobs.isEmpty()) {
            return;
        }
        handle.createUpdate("update job set freezes = true where id = any(:ids)")
                .bindArray("ids", Long.class, jobs)
                .execute();
    }

    private long id(long runId, String key) {
        Long id = of(runId).get(key);
        return requireNonNull(
                id != null ? id : known.getOrDefault(runId, Map.of()).get(key), "a job of the plan has no row");
    }

    private static <R, T> List<T> column(List<R> rows, Function<R, T> value) {
        return rows.stream().map(value).collect(Collectors.toList());
    }

    /** The states of new jobs: of those that wait for others, and of those that wait for none. */
    record Entry(JobState bound, JobState free) {
        static final Entry HELD = new Entry(JobState.HELD, JobState.HELD);
        /** What can run is opened in the same breath: one row written once. */
        static final Entry OPEN = new Entry(JobState.WAITING, JobStates.TABLE.targetOf(JobEvent.OPEN));
    }

    private record JobRow(long runId, PlannedJob job, JobState state, long lane, int open, boolean freezes) {}

    private record EdgeOfRun(long runId, Edge edge) {}

    private record Key(long runId, String key, long id) {}

    private record Step(long jobId, int number, String name) {}
}
