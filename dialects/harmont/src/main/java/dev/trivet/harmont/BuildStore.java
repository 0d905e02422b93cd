package dev.trivet.harmont;

import dev.trivet.core.json.Json;
import dev.trivet.core.state.RunTally;
import dev.trivet.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Builds: own rows, joined with what the engine says of their runs now. Writes no row of the engine. Thread-safe. */
public final class BuildStore {
    private static final String SELECT = """
            select b.*, p.slug as pipeline, o.slug as organization, r.tally, r.started_at, r.finished_at,
                coalesce(r.state = 'queued' and exists (
                    select from public.lease l join public.job j on j.id = l.job_id where j.run_id = r.id), false) as leased
            from harmont.build b
            join harmont.pipeline p on p.id = b.pipeline_id
            join accounts.organizations o on o.id = p.organization_id
            left join public.run r on r.id = b.run_id
            """;

    private final Database database;

    public BuildStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /** The build of that number. */
    Optional<Build> find(Pipeline pipeline, int number) {
        return one(
                "where b.pipeline_id = :pipeline and b.number = :number",
                Map.of("pipeline", pipeline.id(), "number", number));
    }

    /** The build at that address. */
    public Optional<Build> at(String organization, String pipeline, int number) {
        return one(
                "where o.slug = :organization and p.slug = :pipeline and b.number = :number",
                Map.of("organization", organization, "pipeline", pipeline, "number", number));
    }

    /** The build of that id. */
    public Optional<Build> find(UUID id) {
        return one("where b.id = :id", Map.of("id", id));
    }

    /** The build that the engine runs so. */
    public Optional<Build> ofRun(long runId) {
        return one("where b.run_id = :run", Map.of("run", runId));
    }

    private Optional<Build> one(String where, Map<String, ?> bindings) {
        return database.read(handle -> handle.createQuery(SELECT + where)
                .bindMap(bindings)
                .map((row, context) -> build(row))
                .findOne());
    }

    /** The builds among these runs of the engine. */
    public List<Build> ofRuns(Collection<Long> runIds) {
        return database.read(handle -> handle.createQuery(SELECT + "where b.run_id = any(:runs)")
                .bindArray("runs", Long.class, runIds)
                .map((row, context) -> build(row))
                .list());
    }

    /** Numbers of the users who are members of these builds' organizations, by the slug of the organization. */
    public Map<String, Set<Long>> members(Collection<Build> builds) {
        Map<String, Set<Long>> members = new HashMap<>();
        database.<Void, RuntimeException>read(handle -> {
            handle.createQuery("""
                            select o.slug, m.user_id from accounts.organizations o
                            join accounts.members m on m.organization_id = o.id where o.slug = any(:slugs)
                            """)
                    .bindArray(
                            "slugs",
                            String.class,
                            builds.stream().map(Build::organization).distinct().toList())
                    .map((row, context) -> Map.entry(row.getString("slug"), row.getLong("user_id")))
                    .forEach(member -> members.computeIfAbsent(member.getKey(), slug -> new HashSet<>())
                            .add(member.getValue()));
            return null;
        });
        return members;
    }

    /** The newest build that a forge started of this commit. */
    Optional<Build> ofCommit(UUID pipelineId, String commit) {
        return one("""
                where b.pipeline_id = :pipeline and b.commit = :commit and b.source = 'webhook'
                order by b.number desc limit 1
                """, Map.of("pipeline", pipelineId, "commit", commit));
    }

    /** The builds of a pipeline, newest first. */
    Page<Build> page(Pipeline pipeline, Page.Ask ask) {
        Instant until = ask.after().map(Cursor::created).orElse(Instant.parse("9999-01-01T00:00:00Z"));
        UUID id = ask.after().map(Cursor::id).flatMap(Ids::parse).orElse(Ids.NONE);
        return Page.of(
                database.read(handle -> handle.createQuery(SELECT + """
                                where b.pipeline_id = :pipeline and (b.created, b.id) < (:until, :id)
                                order by b.created desc, b.id desc limit :rows
                                """)
                        .bind("pipeline", pipeline.id())
                        .bind("until", until)
                        .bind("id", id)
                        .bind("rows", ask.rows())
                        .map((row, context) -> build(row))
                        .list()),
                ask,
                build -> new Cursor(build.created(), build.id().toString()));
    }

    /** Writes the row of a build that the engine has accepted, in the engine's transaction. */
    static void insert(Handle handle, NewBuild build, @Nullable Long runId, Instant now) {
        handle.createUpdate("""
                        insert into harmont.build (id, pipeline_id, number, run_id, source, branch, commit, message, author,
                            created_by, source_blob, source_size, timeout_ms, error_code, error_message, created)
                        values (:id, :pipeline, :number, :run, :source, :branch, :commit, :message, :author,
                            :createdBy, :blob, :size, :timeout, :errorCode, :errorMessage, :now)
                        """)
                .bind("id", build.id())
                .bind("pipeline", build.pipelineId())
                .bind("number", build.number())
                .bind("run", runId)
                .bind("source", build.form().source().wireName())
                .bind("branch", build.form().branch())
                .bind("commit", build.form().commit())
                .bind("message", build.form().message())
                .bind("author", build.form().author())
                .bind("createdBy", build.createdBy())
                .bind("blob", build.archive() == null ? null : build.archive().sha256())
                .bind("size", build.archive() == null ? null : build.archive().size())
                .bind("timeout", build.timeoutMillis())
                .bind("errorCode", build.errorCode())
                .bind("errorMessage", build.errorMessage())
                .bind("now", now)
                .execute();
    }

    /** Writes a build that will never run. */
    void insertRejected(NewBuild build, Instant now) {
        database.<Void, RuntimeException>write(handle -> {
            insert(handle, build, null, now);
            return null;
        });
    }

    /** The source archive of a build: its hash and size. */
    Optional<Map.Entry<String, Long>> archive(UUID id) {
        return database.read(handle -> handle.createQuery(
                        "select source_blob, source_size from harmont.build where id = :id and source_blob is not null")
                .bind("id", id)
                .map((row, context) -> Map.entry(row.getString("source_blob"), row.getLong("source_size")))
                .findOne());
    }

    private static Build build(ResultSet row) throws SQLException {
        String tallyText = row.getString("tally");
        RunTally tally = tallyText == null ? null : Json.read(tallyText, RunTally.class);
        boolean timedOut = tally != null && tally.timedOut() && BuildState.of(tally, false) == BuildState.FAILED;
        Instant created = row.getTimestamp("created").toInstant();
        return new Build(
                Ids.of(row, "id"),
                Ids.of(row, "pipeline_id"),
                row.getString("organization"),
                row.getString("pipeline"),
                row.getInt("number"),
                row.getObject("run_id", Long.class),
                tally == null ? BuildState.FAILED : BuildState.of(tally, row.getBoolean("leased")),
                row.getString("source"),
                row.getString("branch"),
                row.getString("commit"),
                row.getString("message"),
                row.getString("author"),
                timedOut ? "pipeline_timeout" : row.getString("error_code"),
                timedOut
                        ? Build.timeoutMessage(tally, row.getObject("timeout_ms", Long.class))
                        : row.getString("error_message"),
                created,
                instant(row, "started_at"),
                tally == null ? created : instant(row, "finished_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }
}
