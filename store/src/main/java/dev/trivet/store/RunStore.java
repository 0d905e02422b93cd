package dev.trivet.store;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.state.JobState;
import dev.trivet.core.state.RunState;
import dev.trivet.core.state.RunTally;
import dev.trivet.core.state.StepState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * Reads runs, jobs, steps, artifacts and runners. It never writes them: only the engine does. A method without a handle reads in a
 * transaction of its own. Thread-safe.
 */
public final class RunStore {
    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};
    private static final String RUN = """
            select id, dialect, tenant, title, labels, state, cancel_requested, created_at, started_at, finished_at, tally
            from run
            """;
    private static final String JOB = """
            select j.*, r.name as runner_name from job j
            left join attempt a on a.job_id = j.id and a.number = j.attempt
            left join runner r on r.id = a.runner_id
            """;

    private final Database database;

    public RunStore(Database database) {
        this.database = requireNonNull(database, "database is null");
    }

    public Optional<RunRow> run(long runId) {
        return database.read(handle -> run(handle, runId));
    }

    public Optional<RunRow> run(Handle handle, long runId) {
        return handle.createQuery(RUN + " where id = :id")
                .bind("id", runId)
                .map((row, context) -> runRow(row))
                .findOne();
    }

    public Map<Long, RunRow> runs(Handle handle, Collection<Long> runIds) {
        Map<Long, RunRow> runs = new HashMap<>();
        handle.createQuery(RUN + " where id = any(:ids)")
                .bindArray("ids", Long.class, runIds)
                .map((row, context) -> runRow(row))
                .forEach(run -> runs.put(run.id(), run));
        return runs;
    }

    /** The newest {@code limit} runs with an id of at most {@code newest}, newest first. */
    public List<RunRow> newest(long newest, int limit) {
        return database.read(handle -> handle.createQuery(RUN + " where id <= :newest order by id desc limit :limit")
                .bind("newest", newest)
                .bind("limit", limit)
                .map((row, context) -> runRow(row))
                .list());
    }

    public Optional<JobRow> job(long jobId) {
        return database.read(handle -> handle.createQuery(JOB + " where j.id = :id")
                .bind("id", jobId)
                .map((row, context) -> jobRow(row))
                .findOne());
    }

    /** The jobs of a run, in plan order. */
    public List<JobRow> jobs(long runId) {
        return database.read(handle -> jobs(handle, List.of(runId)));
    }

    /** The jobs of several runs, by run and in plan order. */
    public List<JobRow> jobs(Handle handle, Collection<Long> runIds) {
        return handle.createQuery(JOB + " where j.run_id = any(:runs) order by j.run_id, j.id")
                .bindArray("runs", Long.class, runIds)
                .map((row, context) -> jobRow(row))
                .list();
    }

    /** These jobs, in no order; those that are not there are left out. */
    public List<JobRow> jobsById(Collection<Long> jobIds) {
        return jobIds.isEmpty()
                ? List.of()
                : database.read(handle -> handle.createQuery(JOB + " where j.id = any(:ids)")
                        .bindArray("ids", Long.class, jobIds)
                        .map((row, context) -> jobRow(row))
                        .list());
    }

    /** Which of these keys a run's jobs have. */
    public Set<String> keys(long runId, Collection<String> keys) {
        return keys.isEmpty()
                ? Set.of()
                : database.read(handle ->
                        Set.copyOf(handle.createQuery("select key from job where run_id = :run and key = any(:keys)")
                                .bind("run", runId)
                                .bindArray("keys", String.class, keys)
                                .mapTo(String.class)
                                .list()));
    }

    /** What the runner of a job's last attempt offers; nothing before it has one. */
    public List<String> offers(long jobId) {
        return database.read(handle -> handle.createQuery("""
                        select r.provides from job j join attempt a on a.job_id = j.id and a.number = j.attempt
                        join runner r on r.id = a.runner_id where j.id = :job
                        """)
                .bind("job", jobId)
                .map((row, context) ->
                        Arrays.asList((String[]) row.getArray("provides").getArray()))
                .findOne()
                .orElse(List.of()));
    }

    /** Keys of the prerequisites of each job of a run, by job id. */
    public Map<Long, List<Long>> prerequisites(long runId) {
        return database.read(handle -> {
            Map<Long, List<Long>> edges = new HashMap<>();
            handle.createQuery("""
                            select e.to_job, array_agg(e.from_job order by e.from_job) as prerequisites
                            from job_edge e join job j on j.id = e.to_job where j.run_id = :run group by e.to_job
                            """)
                    .bind("run", runId)
                    .map((row, context) -> Map.entry(row.getLong("to_job"), List.of((Long[])
                            row.getArray("prerequisites").getArray())))
                    .forEach(edge -> edges.put(edge.getKey(), edge.getValue()));
            return edges;
        });
    }

    /**
     * The edges between a run's jobs.
     *
     * @param most how many at most
     */
    public List<EdgeRow> edges(long runId, int most) {
        return database.read(handle -> handle.createQuery("""
                        select e.from_job, e.to_job, e.kind from job_edge e join job j on j.id = e.to_job
                        where j.run_id = :run order by e.to_job, e.from_job limit :most
                        """)
                .bind("run", runId)
                .bind("most", most)
                .map((row, context) -> new EdgeRow(
                        row.getLong("from_job"),
                        row.getLong("to_job"),
                        row.getString("kind").equals(Edge.Kind.BUILDS_IN.wireName())))
                .list());
    }

    public List<StepRow> steps(long jobId) {
        return database.read(handle -> steps(handle, List.of(jobId)));
    }

    /** The steps of several jobs, by job and number. */
    public List<StepRow> steps(Collection<Long> jobIds) {
        return jobIds.isEmpty() ? List.of() : database.read(handle -> steps(handle, jobIds));
    }

    /** The steps of several jobs, by job and number. */
    public List<StepRow> steps(Handle handle, Collection<Long> jobIds) {
        return handle.createQuery("""
                        select job_id, number, name, state, exit_code, started_at, finished_at
                        from step where job_id = any(:jobs) order by job_id, number
                        """)
                .bindArray("jobs", Long.class, jobIds)
                .map((row, context) -> new StepRow(
                        row.getLong("job_id"),
                        row.getInt("number"),
                        row.getString("name"),
                        StepState.of(row.getString("state")),
                        row.getObject("exit_code", Integer.class),
                        instant(row, "started_at"),
                        instant(row, "finished_at")))
                .list();
    }

    /** The artifacts of several jobs, oldest first. */
    public List<ArtifactRow> artifacts(Collection<Long> jobIds) {
        return database.read(handle -> handle.createQuery("""
                        select id, job_id, path, name, size, blob, created_at
                        from artifact where job_id = any(:jobs) order by id
                        """)
                .bindArray("jobs", Long.class, jobIds)
                .map((row, context) -> artifactRow(row))
                .list());
    }

    public Optional<ArtifactRow> artifact(long artifactId) {
        return database.read(handle -> handle.createQuery("""
                        select id, job_id, path, name, size, blob, created_at from artifact where id = :id
                        """)
                .bind("id", artifactId)
                .map((row, context) -> artifactRow(row))
                .findOne());
    }

    /** Which of these blobs some artifact or some run's source archive refers to. */
    public List<String> referencedBlobs(Collection<String> blobs) {
        return database.read(handle -> handle.createQuery("""
                        select blob from artifact where blob = any(:blobs)
                        union select blob from run_blob where blob = any(:blobs)
                        """)
                .bindArray("blobs", String.class, blobs)
                .mapTo(String.class)
                .list());
    }

    /** Runners that are there or were seen in the last day, by name. */
    public List<RunnerRow> runners() {
        return database.read(handle -> handle.createQuery("""
                        select r.*, (select count(*) from lease l where l.runner_id = r.id) as leases
                        from runner r where r.beat_at > now() - interval '1 day' order by r.name, r.id
                        """)
                .map((row, context) -> new RunnerRow(
                        requireNonNull(row.getObject("id", UUID.class), "id is null"),
                        row.getString("name"),
                        Arrays.asList((String[]) row.getArray("provides").getArray()),
                        row.getInt("slots"),
                        row.getString("state").equals("gone"),
                        requireNonNull(instant(row, "beat_at"), "beat_at is null"),
                        row.getInt("leases")))
                .list());
    }

    private static RunRow runRow(ResultSet row) throws SQLException {
        return new RunRow(
                row.getLong("id"),
                row.getString("dialect"),
                row.getString("tenant"),
                row.getString("title"),
                Json.MAPPER.readValue(row.getString("labels"), LABELS),
                RunState.of(row.getString("state")),
                row.getBoolean("cancel_requested"),
                requireNonNull(instant(row, "created_at"), "created_at is null"),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                Json.read(row.getString("tally"), RunTally.class));
    }

    private static JobRow jobRow(ResultSet row) throws SQLException {
        String outcome = row.getString("outcome");
        return new JobRow(
                row.getLong("id"),
                row.getLong("run_id"),
                row.getString("key"),
                row.getString("name"),
                JobState.of(row.getString("state")),
                row.getInt("priority"),
                row.getInt("attempt"),
                row.getString("stop") != null,
                row.getBoolean("soft_failed"),
                outcome == null ? null : Json.read(outcome, Outcome.class),
                requireNonNull(instant(row, "created_at"), "created_at is null"),
                instant(row, "ready_at"),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                row.getString("runner_name"));
    }

    private static ArtifactRow artifactRow(ResultSet row) throws SQLException {
        return new ArtifactRow(
                row.getLong("id"),
                row.getLong("job_id"),
                row.getString("path"),
                row.getString("name"),
                row.getLong("size"),
                row.getString("blob"),
                requireNonNull(instant(row, "created_at"), "created_at is null"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }
}
