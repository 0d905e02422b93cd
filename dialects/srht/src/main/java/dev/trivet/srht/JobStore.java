package dev.trivet.srht;

import dev.trivet.core.json.Json;
import dev.trivet.core.state.JobState;
import dev.trivet.core.state.StepState;
import dev.trivet.engine.SubmittedRun;
import dev.trivet.store.Database;
import dev.trivet.store.MigrationSet;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of this dialect: own rows in the schema {@code srht}, joined with what the engine says of them now. Reads the engine's
 * tables and never writes them. Thread-safe.
 */
public final class JobStore {
    /** The tables; after {@link MigrationSet#ENGINE}. */
    public static final MigrationSet MIGRATIONS = new MigrationSet("srht", "dev/trivet/srht/migrations");

    private static final String SELECT = """
            select j.id, j.run_id, j.engine_job, j.owner_id, j.owner, j.group_id, j.note, j.tags, j.image, j.visibility,
                j.readers, j.writers, j.secrets, j.artifact_key, j.created, j.updated, e.state, r.name as runner
            from srht.job j
            join public.job e on e.id = j.engine_job
            left join public.attempt a on a.job_id = e.id and a.number = e.attempt
            left join public.runner r on r.id = a.runner_id
            """;

    static final String PUBLIC_PAGE = SELECT
            + " where j.owner_id = :owner and j.visibility = 'public' and j.id <= :start order by j.id desc limit :limit";

    static final String PAGE = SELECT + " where j.owner_id = :owner and j.id <= :start order by j.id desc limit :limit";

    private final Database database;

    public JobStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /** A number for a new job; one that is not used stays a gap. */
    int nextId() {
        return database.write(handle -> handle.createQuery("select nextval(pg_get_serial_sequence('srht.job', 'id'))")
                .mapTo(Integer.class)
                .one());
    }

    /** Writes the row of a job that the engine has accepted, in the engine's transaction. */
    static void insert(
            Handle handle,
            int id,
            SubmittedRun run,
            Owner owner,
            Submission submission,
            String artifactKey,
            Instant now) {
        handle.createUpdate("""
                        insert into srht.job (id, run_id, engine_job, owner_id, owner, manifest, note, tags, image,
                            visibility, readers, writers, secrets, triggers, artifact_key, created, updated, task_numbers)
                        values (:id, :run, :job, :ownerId, :owner, :manifest, :note, :tags, :image,
                            :visibility, :readers, :writers, :secrets, cast(:triggers as jsonb), :key, :now, :now,
                            array(select nextval('srht.task_number') from generate_series(1, :tasks)))
                        """)
                .bind("tasks", submission.manifest().tasks().size())
                .bind("id", id)
                .bind("run", run.runId())
                .bind("job", run.onlyJob())
                .bind("ownerId", owner.id())
                .bind("owner", owner.name())
                .bind("manifest", submission.text())
                .bind("note", submission.note())
                .bindArray("tags", String.class, submission.tags())
                .bind("image", submission.manifest().image())
                .bind("visibility", submission.access().visibility().wireName())
                .bindArray("readers", String.class, submission.access().readers())
                .bindArray("writers", String.class, submission.access().writers())
                .bind("secrets", submission.withSecrets())
                .bind("triggers", Json.write(TriggerRow.of(submission.triggers())))
                .bind("key", artifactKey)
                .bind("now", now)
                .execute();
    }

    /** The job of this number. */
    public Optional<Job> find(long id) {
        return database.read(handle -> handle.createQuery(SELECT + " where j.id = :id")
                .bind("id", id)
                .map((row, context) -> job(row))
                .findOne());
    }

    /** The jobs of these runs; a run of another dialect has none here. */
    public List<Job> ofRuns(Collection<Long> runIds) {
        return database.read(handle -> handle.createQuery(SELECT + " where j.run_id = any(:runs)")
                .bindArray("runs", Long.class, runIds)
                .map((row, context) -> job(row))
                .list());
    }

    /** The manifest as it was submitted. */
    public Optional<String> manifest(long id) {
        return Optional.ofNullable(manifests(List.of(Math.toIntExact(id))).get((int) id));
    }

    /** The manifests of these jobs as they were submitted, by number. */
    public Map<Integer, String> manifests(Collection<Integer> ids) {
        Map<Integer, String> manifests = new HashMap<>();
        database.<Void, RuntimeException>read(handle -> {
            handle.createQuery("select id, manifest from srht.job where id = any(:ids)")
                    .bindArray("ids", Integer.class, ids)
                    .map((row, context) -> Map.entry(row.getInt("id"), row.getString("manifest")))
                    .forEach(entry -> manifests.put(entry.getKey(), entry.getValue()));
            return null;
        });
        return manifests;
    }

    /**
     * Changes who may see a job and what it is filed under.
     *
     * @param tags null to leave them as they are
     */
    void update(int id, Visibility visibility, @Nullable List<String> tags, Instant now) {
        database.write(handle -> handle.createUpdate("""
                        update srht.job set visibility = :visibility, tags = coalesce(:tags, tags),
                            updated = greatest(updated, :now) where id = :id
                        """)
                .bind("id", id)
                .bind("visibility", visibility.wireName())
                .bindByType("tags", tags == null ? null : tags.toArray(String[]::new), String[].class)
                .bind("now", now)
                .execute());
    }

    /**
     * The jobs of a user as others may browse them, newest first.
     *
     * @param start number of the first one
     * @param limit how many at most
     * @param everything also those that are not public
     */
    public List<Job> browse(long ownerId, int start, int limit, boolean everything) {
        return database.read(handle -> handle.createQuery(everything ? PAGE : PUBLIC_PAGE)
                .bind("owner", ownerId)
                .bind("start", start)
                .bind("limit", limit)
                .map((row, context) -> job(row))
                .list());
    }

    /** The jobs of a user, newest first, from {@code start} (inclusive) or the newest on. */
    public Page<Job> page(long ownerId, OptionalLong start) {
        return database.read(handle -> Page.of(
                handle.createQuery(PAGE)
                        .bind("owner", ownerId)
                        .bind("start", start.orElse(Integer.MAX_VALUE))
                        .bind("limit", Page.SIZE + 1)
                        .map((row, context) -> job(row))
                        .list(),
                Page.SIZE,
                handle.createQuery("select count(*) from srht.job where owner_id = :owner")
                        .bind("owner", ownerId)
                        .mapTo(Long.class)
                        .one(),
                Job::id));
    }

    /** The tasks of jobs, by the number of the job in this dialect, in the order of their manifests. */
    public Map<Integer, List<Task>> tasks(Collection<Job> jobs) {
        Map<Integer, List<Task>> tasks = new HashMap<>();
        jobs.forEach(job -> tasks.put(job.id(), new ArrayList<>()));
        database.<Void, RuntimeException>read(handle -> {
            handle.createQuery("""
                            select j.id, s.number, s.name, s.state, j.task_numbers[s.number] as task_number, j.created,
                                coalesce(s.finished_at, s.started_at, j.created) as updated
                            from public.step s join srht.job j on j.engine_job = s.job_id
                            where s.job_id = any(:jobs) and s.number > 0 order by s.job_id, s.number
                            """)
                    .bindArray(
                            "jobs",
                            Long.class,
                            jobs.stream().map(Job::engineJob).toList())
                    .map((row, context) -> Map.entry(
                            row.getInt("id"),
                            new Task(
                                    row.getInt("task_number"),
                                    row.getInt("number"),
                                    row.getString("name"),
                                    TaskStatus.of(StepState.of(row.getString("state"))),
                                    row.getTimestamp("created").toInstant(),
                                    row.getTimestamp("updated").toInstant())))
                    .forEach(entry -> tasks.computeIfAbsent(entry.getKey(), id -> new ArrayList<>())
                            .add(entry.getValue()));
            return null;
        });
        return tasks;
    }

    /** Remembers when something happened to runs; runs of other dialects are passed over. */
    void touch(Map<Long, Instant> runs) {
        database.write(handle -> handle.createUpdate("""
                        update srht.job set updated = greatest(updated, t.at)
                        from unnest(cast(:runs as bigint[]), cast(:times as timestamptz[])) as t(run_id, at)
                        where job.run_id = t.run_id
                        """)
                .bindArray("runs", Long.class, runs.keySet())
                .bindArray(
                        "times",
                        String.class,
                        runs.values().stream().map(Instant::toString).toList())
                .execute());
    }

    static List<Job> select(Handle handle, String where, Map<String, ?> bindings) {
        return handle.createQuery(SELECT + where)
                .bindMap(bindings)
                .map((row, context) -> job(row))
                .list();
    }

    private static Job job(ResultSet row) throws SQLException {
        return new Job(
                row.getInt("id"),
                row.getLong("run_id"),
                row.getLong("engine_job"),
                new Owner(row.getLong("owner_id"), row.getString("owner")),
                row.getObject("group_id", Integer.class),
                row.getString("note"),
                strings(row, "tags"),
                row.getString("image"),
                new AccessLists(
                        Visibility.named(row.getString("visibility")).orElseThrow(),
                        strings(row, "readers"),
                        strings(row, "writers")),
                row.getBoolean("secrets"),
                row.getString("artifact_key"),
                row.getTimestamp("created").toInstant(),
                row.getTimestamp("updated").toInstant(),
                JobState.of(row.getString("state")),
                runner(row));
    }

    private static @Nullable String runner(ResultSet row) throws SQLException {
        return row.getString("runner");
    }

    private static List<String> strings(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }
}
