package dev.trivet.harmont;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.state.JobState;
import dev.trivet.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Jobs: own rows, joined with the engine's. Writes no row of the engine. Thread-safe. */
public final class JobStore {
    private static final String SELECT = """
            select j.*, e.state, e.stop, e.soft_failed, e.outcome, e.created_at, e.started_at, e.finished_at
            from harmont.job j join public.job e on e.id = j.engine_job
            """;

    private final Database database;

    public JobStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /** The jobs of a build, prerequisites before dependents. */
    public List<Job> of(UUID buildId) {
        return select("where j.build_id = :build order by j.position", Map.of("build", buildId));
    }

    /** The job of that id, of whichever build. */
    public Optional<Job> find(UUID id) {
        return select("where j.id = :id", Map.of("id", id)).stream().findFirst();
    }

    /** The job that the engine calls so. */
    public Optional<Job> ofEngine(long engineJob) {
        return select("where j.engine_job = :job", Map.of("job", engineJob)).stream()
                .findFirst();
    }

    private List<Job> select(String where, Map<String, ?> bindings) {
        return database.read(handle -> handle.createQuery(SELECT + where)
                .bindMap(bindings)
                .map((row, context) -> job(row))
                .list());
    }

    /** Writes the rows of a build's jobs, in the engine's transaction. */
    static void insert(Handle handle, UUID buildId, List<NewJob> jobs, Map<String, Long> engineJobs) {
        handle.createUpdate("""
                        insert into harmont.job (id, build_id, engine_job, position, step_key, label, command, depends_on,
                            retry_policy, soft_fail_policy)
                        select f.id, :build, f.engine_job, f.ord - 1, f.step_key, f.label, f.command,
                            cast(f.depends_on as uuid[]), cast(f.retry as jsonb), cast(f.soft as jsonb)
                        from unnest(cast(:ids as uuid[]), cast(:engineJobs as bigint[]), cast(:keys as text[]),
                                cast(:labels as text[]), cast(:commands as text[]), cast(:dependencies as text[]),
                                cast(:retries as text[]), cast(:softs as text[]))
                            with ordinality
                                as f(id, engine_job, step_key, label, command, depends_on, retry, soft, ord)
                        """)
                .bind("build", buildId)
                .bindArray("ids", UUID.class, jobs.stream().map(NewJob::id).toList())
                .bindArray(
                        "engineJobs",
                        Long.class,
                        jobs.stream().map(job -> engineJobs.get(job.stepKey())).toList())
                .bindArray(
                        "keys", String.class, jobs.stream().map(NewJob::stepKey).toList())
                .bindArray(
                        "labels", String.class, jobs.stream().map(NewJob::label).toArray())
                .bindArray(
                        "commands",
                        String.class,
                        jobs.stream().map(NewJob::command).toList())
                .bindArray(
                        "dependencies",
                        String.class,
                        jobs.stream().map(NewJob::dependsOnText).toList())
                .bindArray(
                        "retries",
                        String.class,
                        jobs.stream().map(NewJob::retryPolicy).toArray())
                .bindArray(
                        "softs",
                        String.class,
                        jobs.stream().map(NewJob::softFailPolicy).toArray())
                .execute();
    }

    private static Job job(ResultSet row) throws SQLException {
        String outcome = row.getString("outcome");
        return new Job(
                Ids.of(row, "id"),
                Ids.of(row, "build_id"),
                row.getLong("engine_job"),
                row.getInt("position"),
                row.getString("step_key"),
                row.getString("label"),
                row.getString("command"),
                List.of((UUID[]) row.getArray("depends_on").getArray()),
                row.getString("retry_policy"),
                row.getString("soft_fail_policy"),
                JobState.of(row.getString("state")),
                row.getString("stop"),
                row.getBoolean("soft_failed"),
                outcome == null ? null : Json.read(outcome, Outcome.class),
                row.getTimestamp("created_at").toInstant(),
                instant(row, "started_at"),
                instant(row, "finished_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }

    /**
     * What is written of a new job.
     *
     * @param retryPolicy JSON object, or null
     */
    record NewJob(
            UUID id,
            String stepKey,
            @Nullable String label,
            String command,
            List<UUID> dependsOn,
            @Nullable String retryPolicy,
            @Nullable String softFailPolicy) {
        /** As PostgreSQL writes arrays: an array of arrays of different lengths cannot be bound. */
        String dependsOnText() {
            StringBuilder text = new StringBuilder("{");
            for (UUID id : dependsOn) {
                text.append(text.length() > 1 ? "," : "").append(id);
            }
            return text.append('}').toString();
        }
    }
}
