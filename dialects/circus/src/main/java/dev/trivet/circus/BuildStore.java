package dev.trivet.circus;

import dev.trivet.core.json.Json;
import dev.trivet.engine.Event;
import dev.trivet.store.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** Builds as rows: what people ask of them, and what they do to them. Thread-safe. */
final class BuildStore {
    private static final String KNOWN =
            "select id, evaluation_id, job_name, drv_path, status, outputs, job_id from circus.builds ";
    private static final TypeReference<Map<String, String>> OUTPUTS = new TypeReference<>() {};
    private static final String OPEN = "('pending', 'running')";

    private final Database database;

    BuildStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    // ---- for people

    /** A part of those that pass the filters, newest first. */
    List<Map<String, @Nullable Object>> list(Filters filters, Window window) {
        return database.read(handle -> handle.createQuery("select * from circus.builds b" + filters.where()
                        + " order by created_at desc, id limit :window_limit offset :window_offset")
                .bindMap(filters.bindings())
                .bind("window_limit", window.limit())
                .bind("window_offset", window.offset())
                .map(Columns.shown(Columns.BUILD))
                .list());
    }

    long count(Filters filters) {
        return database.read(handle -> handle.createQuery("select count(*) from circus.builds b" + filters.where())
                .bindMap(filters.bindings())
                .mapTo(Long.class)
                .one());
    }

    Optional<Map<String, @Nullable Object>> find(UUID id) {
        return shown(List.of(id)).stream().findFirst();
    }

    /** These, oldest first. */
    List<Map<String, @Nullable Object>> shown(Collection<UUID> ids) {
        return database.read(
                handle -> handle.createQuery("select * from circus.builds where id = any(:ids) order by created_at, id")
                        .bindArray("ids", UUID.class, ids)
                        .map(Columns.shown(Columns.BUILD))
                        .list());
    }

    /** How many there are, and how long they take. */
    Map<String, @Nullable Object> statistics() {
        return database.read(handle -> handle.createQuery("""
                        select count(*) as total_builds,
                            count(*) filter (where status = 'succeeded') as completed_builds,
                            count(*) filter (where status = 'failed') as failed_builds,
                            count(*) filter (where status = 'running') as running_builds,
                            count(*) filter (where status = 'pending') as pending_builds,
                            avg(cast(extract(epoch from completed_at - started_at) as double precision))
                                filter (where completed_at is not null and started_at is not null and log_path is not null)
                                as avg_duration_seconds
                        from circus.builds
                        """)
                .map((row, context) -> {
                    Map<String, @Nullable Object> statistics = new java.util.LinkedHashMap<>();
                    for (String count : List.of("total", "completed", "failed", "running", "pending")) {
                        statistics.put(count + "_builds", row.getLong(count + "_builds"));
                    }
                    statistics.put("avg_duration_seconds", row.getObject("avg_duration_seconds", Double.class));
                    return statistics;
                })
                .one());
    }

    /** What a build needs, by name. */
    List<Map<String, @Nullable Object>> dependencies(UUID id) {
        return related("d.build_id = :id and b.id = d.dependency_build_id", "b.job_name, b.id", id);
    }

    /** What needs a build, by name. */
    List<Map<String, @Nullable Object>> dependents(UUID id) {
        return related("d.dependency_build_id = :id and b.id = d.build_id", "b.job_name, b.id", id);
    }

    /** What an aggregate is made of, oldest first. */
    List<Map<String, @Nullable Object>> constituents(UUID id) {
        return related("d.build_id = :id and b.id = d.dependency_build_id", "b.created_at, b.id", id);
    }

    private List<Map<String, @Nullable Object>> related(String condition, String order, UUID id) {
        return database.read(
                handle -> handle.createQuery("select b.* from circus.build_dependencies d, circus.builds b where "
                                + condition + " order by " + order)
                        .bind("id", id)
                        .map(Columns.shown(Columns.BUILD))
                        .list());
    }

    /** What a build did, in order. */
    List<Map<String, @Nullable Object>> steps(UUID id) {
        return database.read(handle ->
                handle.createQuery("""
                        select id, build_id, step_number, command, output, error_output, started_at, completed_at, exit_code
                        from circus.build_steps where build_id = :id order by step_number
                        """).bind("id", id).map(JsonRows.MAPPER).list());
    }

    /** What can be had of a build, oldest first. */
    List<Map<String, @Nullable Object>> products(UUID id) {
        return database.read(handle ->
                handle.createQuery("""
                        select id, build_id, name, path, sha256_hash, file_size, content_type, is_directory, gc_root_path, created_at
                        from circus.build_products where build_id = :id order by created_at, id
                        """).bind("id", id).map(JsonRows.MAPPER).list());
    }

    /** Where a build's log is, as its row says. */
    Optional<LogPlace> log(UUID id) {
        return database.read(handle -> handle.createQuery(
                        "select status, job_id, log_path from circus.builds where id = :id")
                .bind("id", id)
                .map((row, context) ->
                        new LogPlace(status(row), row.getObject("job_id", Long.class), row.getString("log_path")))
                .findOne());
    }

    /**
     * Where a log is.
     *
     * @param jobId the engine's job, or null
     * @param path what the row of a build that is over says
     */
    record LogPlace(
            BuildStatus status,
            @Nullable Long jobId,
            @Nullable String path) {}

    // ---- what people do

    /** Ends a build and everything that needs it, as far as it is not over. */
    List<KnownBuild> cancel(UUID id, Instant now) {
        return database.write(handle -> handle.createQuery("""
                        with recursive below(id) as (
                            select id from circus.builds where id = :id and status in %s
                            union
                            select d.build_id from below join circus.build_dependencies d on d.dependency_build_id = below.id)
                        update circus.builds b set status = 'cancelled', completed_at = :now
                        from below where b.id = below.id and b.status in %s
                        returning b.id, b.evaluation_id, b.job_name, b.drv_path, b.status, b.outputs, b.job_id
                        """.formatted(OPEN, OPEN))
                .bind("id", id)
                .bind("now", now)
                .map((row, context) -> known(row))
                .list());
    }

    /**
     * Makes a build that is over pending again, with those that were not built because of it.
     *
     * @return those that were changed; empty if it is not there or not over
     */
    List<UUID> restart(UUID id) {
        return database.write(handle -> restart(handle, id, true));
    }

    /**
     * The same in a transaction.
     *
     * @param always whether it counts not how often it was tried
     */
    static List<UUID> restart(Handle handle, UUID id, boolean always) {
        List<UUID> again = handle.createQuery("""
                            with recursive root(id) as (
                                select id from circus.builds where id = :id and status not in %s and (:always or retry_count < max_retries) for update),
                            below(id) as (
                                select id from root
                                union
                                select d.build_id from below join circus.build_dependencies d on d.dependency_build_id = below.id
                                join circus.builds b on b.id = d.build_id and b.status = 'dependency_failed')
                            update circus.builds b set status = 'pending', started_at = null, completed_at = null, log_path = null,
                                build_output_path = null, error_message = null, release_name = null, job_id = null, builder_id = null,
                                signed = false, retry_count = retry_count + case when b.id = :id then 1 else 0 end
                            from below where b.id = below.id returning b.id
                            """.formatted(OPEN))
                .bind("id", id)
                .bind("always", always)
                .mapTo(UUID.class)
                .list();
        for (String rest : List.of(
                "circus.build_outputs where build", "circus.build_products where build_id",
                "circus.build_steps where build_id", "circus.build_metrics where build_id")) {
            handle.createUpdate("delete from " + rest + " = any(:ids)")
                    .bindArray("ids", UUID.class, again)
                    .execute();
        }
        handle.createUpdate("""
                            delete from circus.failed_paths_cache f using circus.builds b
                            where b.id = any(:ids) and f.drv_path = b.drv_path
                            """).bindArray("ids", UUID.class, again).execute();
        return again;
    }

    /** Raises the priority of a build that waits; empty if it does not. */
    Optional<Map<String, @Nullable Object>> bump(UUID id, int by) {
        return database.write(handle -> handle.createQuery("""
                        update circus.builds set priority = priority + :by where id = :id and status = 'pending' returning *
                        """)
                .bind("id", id)
                .bind("by", by)
                .map(Columns.shown(Columns.BUILD))
                .findOne());
    }

    /** Pins a build or lets go of it; empty if it is not there. */
    Optional<Map<String, @Nullable Object>> keep(UUID id, boolean kept) {
        return database.write(handle -> keep(handle, id, kept));
    }

    /** The same in a transaction. */
    static Optional<Map<String, @Nullable Object>> keep(Handle handle, UUID id, boolean kept) {
        if (!kept) {
            // What stayed of an evaluation because of it can go.
            handle.createUpdate("""
                            update circus.evaluations e set roots_dropped_at = null from circus.builds b
                            where b.id = :id and b.keep and e.id = b.evaluation_id
                            """).bind("id", id).execute();
        }
        return handle.createQuery("update circus.builds set keep = :keep where id = :id returning *")
                .bind("id", id)
                .bind("keep", kept)
                .map(Columns.shown(Columns.BUILD))
                .findOne();
    }

    // ---- for who builds

    /** Those of these jobs of the engine. */
    List<KnownBuild> byJobs(Collection<Long> jobIds) {
        return jobIds.isEmpty()
                ? List.of()
                : database.read(handle -> handle.createQuery(KNOWN + "where job_id = any(:jobs)")
                        .bindArray("jobs", Long.class, jobIds)
                        .map((row, context) -> known(row))
                        .list());
    }

    /** Ends of the engine's jobs of builds that are not over. */
    List<Event> overlooked() {
        return database.read(handle -> handle.createQuery("""
                        select j.id, j.run_id, j.state, j.finished_at from circus.builds b join job j on j.id = b.job_id
                        where b.status in %s and j.finished_at is not null
                        """.formatted(OPEN))
                .map((row, context) -> new Event(
                        Event.Position.START,
                        Columns.instant(row, "finished_at"),
                        row.getLong("run_id"),
                        row.getLong("id"),
                        "job." + row.getString("state"),
                        "{}"))
                .list());
    }

    /** Those of an evaluation by these names. */
    List<KnownBuild> named(UUID evaluation, Collection<String> names) {
        return database.read(
                handle -> handle.createQuery(KNOWN + "where evaluation_id = :evaluation and job_name = any(:names)")
                        .bind("evaluation", evaluation)
                        .bindArray("names", String.class, names)
                        .map((row, context) -> known(row))
                        .list());
    }

    /** How many an evaluation has. */
    long count(UUID evaluation) {
        return count(new Filters().with("b.evaluation_id = :evaluation", "evaluation", evaluation));
    }

    /** When a build of an evaluation, or a job for one, was last written down. */
    Instant lastChange(UUID evaluation, long run) {
        return database.read(handle -> handle.createQuery("""
                        select greatest(
                            (select max(created_at) from circus.builds where evaluation_id = :evaluation),
                            (select created_at from job where run_id = :run order by id desc limit 1), 'epoch') as last
                        """)
                .bind("evaluation", evaluation)
                .bind("run", run)
                .map((row, context) -> Columns.instant(row, "last"))
                .one());
    }

    /** All of an evaluation. */
    List<KnownBuild> of(UUID evaluation) {
        return database.read(handle -> handle.createQuery(KNOWN + "where evaluation_id = :evaluation")
                .bind("evaluation", evaluation)
                .map((row, context) -> known(row))
                .list());
    }

    /** The engine's jobs of builds of a project or jobset that are not over, and the runs of its evaluations. */
    Work open(@Nullable UUID project, @Nullable UUID jobset) {
        String below = """
                from circus.evaluations e join circus.jobsets j on j.id = e.jobset_id
                %s where (j.project_id = cast(:project as uuid) or j.id = cast(:jobset as uuid)) and %s
                """;
        return database.read(handle -> new Work(
                handle.createQuery("select e.run_id "
                                + below.formatted("", "e.status = 'running' and e.run_id is not null"))
                        .bind("project", project)
                        .bind("jobset", jobset)
                        .mapTo(Long.class)
                        .list(),
                handle.createQuery("select b.job_id "
                                + below.formatted(
                                        "join circus.builds b on b.evaluation_id = e.id",
                                        "b.status in " + OPEN + " and b.job_id is not null"))
                        .bind("project", project)
                        .bind("jobset", jobset)
                        .mapTo(Long.class)
                        .list()));
    }

    /** What the engine is at. */
    record Work(List<Long> runs, List<Long> jobs) {}

    /**
     * Earlier successes of these derivations whose results are still kept in this store.
     *
     * @return the newest build of each, by derivation
     */
    Map<String, UUID> successes(Collection<String> derivations, String store) {
        Map<String, UUID> found = new HashMap<>();
        database.read(handle -> handle.createQuery("""
                        select distinct on (b.drv_path) b.drv_path, b.id
                        from circus.builds b join circus.evaluations e on e.id = b.evaluation_id
                        where b.drv_path = any(:drvs) and b.status = 'succeeded' and b.build_output_path is not null
                          and e.store = :store and (e.roots_dropped_at is null or b.keep)
                        order by b.drv_path, b.completed_at desc
                        """)
                        .bindArray("drvs", String.class, derivations)
                        .bind("store", store)
                        .map((row, context) -> Map.entry(row.getString("drv_path"), Columns.uuid(row, "id")))
                        .list())
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    /** Those of these derivations that failed within the time, with their status. */
    Map<String, String> failures(Collection<String> derivations, Duration within, Instant now) {
        Map<String, String> found = new HashMap<>();
        if (within.isPositive()) {
            database.read(handle -> handle.createQuery("""
                            select drv_path, coalesce(failure_status, 'failed') as status from circus.failed_paths_cache
                            where drv_path = any(:drvs) and failed_at > :since
                            """)
                            .bindArray("drvs", String.class, derivations)
                            .bind("since", now.minus(within))
                            .map((row, context) -> Map.entry(row.getString("drv_path"), row.getString("status")))
                            .list())
                    .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        }
        return found;
    }

    /** The word of the store that an evaluation's derivations are in. */
    void store(UUID evaluation, String store) {
        database.write(handle -> handle.createUpdate("update circus.evaluations set store = :store where id = :id")
                .bind("store", store)
                .bind("id", evaluation)
                .execute());
    }

    /** Builds that wait and that no job of the engine is for, of evaluations that are over. */
    List<Unsent> unsent(int most) {
        return database.read(handle -> unsent(handle, "e.status not in " + OPEN)
                .bind("most", most)
                .map((row, context) -> unsent(row, true))
                .list());
    }

    /**
     * The next builds of one evaluation, in the order in which they were found; not only those that wait. What was sent leaves dead entries in an
     * index of those that were not: this reads the one that has all, from where the call before ended.
     *
     * @param after the last one of the call before, or null
     */
    List<Unsent> next(UUID evaluation, @Nullable Unsent after, int most) {
        return database.read(handle -> handle.createQuery("""
                        with following as materialized (
                            select * from circus.builds b where b.evaluation_id = :evaluation
                              and (b.created_at, b.id) > (cast(:from as timestamptz), cast(:id as uuid))
                            order by b.created_at, b.id limit :most)
                        select b.*, e.store, j.name as jobset, p.name as project,
                            b.status = 'pending' and b.job_id is null and not b.is_aggregate and j.scheduling_shares > 0 as waits
                        from following b join circus.evaluations e on e.id = b.evaluation_id
                        join circus.jobsets j on j.id = e.jobset_id join circus.projects p on p.id = j.project_id
                        order by b.created_at, b.id
                        """)
                .bind("evaluation", evaluation)
                .bind("from", after == null ? Instant.EPOCH : after.createdAt())
                .bind("id", after == null ? new UUID(0, 0) : after.id())
                .bind("most", most)
                .map((row, context) -> unsent(row, row.getBoolean("waits")))
                .list());
    }

    private static Query unsent(Handle handle, String condition) {
        return handle.createQuery("""
                select b.*, e.store, j.name as jobset, p.name as project
                from circus.builds b join circus.evaluations e on e.id = b.evaluation_id
                join circus.jobsets j on j.id = e.jobset_id join circus.projects p on p.id = j.project_id
                where b.status = 'pending' and b.job_id is null and not b.is_aggregate and j.scheduling_shares > 0 and
                """ + condition + " order by b.created_at, b.id limit :most");
    }

    private static Unsent unsent(ResultSet row, boolean waits) throws SQLException {
        return new Unsent(
                Columns.uuid(row, "id"),
                Columns.uuid(row, "evaluation_id"),
                row.getString("project"),
                row.getString("jobset"),
                new CircusPlanner.Wish(
                        row.getString("job_name"),
                        row.getString("drv_path"),
                        row.getString("system"),
                        Columns.texts(row, "required_features"),
                        row.getString("store"),
                        row.getInt("priority"),
                        Columns.numberOrNull(row, "build_timeout"),
                        Columns.numberOrNull(row, "max_silent")),
                Columns.instant(row, "created_at"),
                waits);
    }

    /**
     * A build that no job of the engine is for.
     *
     * @param waits whether that is so
     */
    record Unsent(
            UUID id,
            UUID evaluation,
            String project,
            String jobset,
            CircusPlanner.Wish wish,
            Instant createdAt,
            boolean waits) {}

    /** What needs what among these. */
    List<Dependency> dependencies(Collection<UUID> among) {
        return database.read(handle -> handle.createQuery("""
                        select build_id, dependency_build_id from circus.build_dependencies
                        where build_id = any(:ids) and dependency_build_id = any(:ids)
                        """)
                .bindArray("ids", UUID.class, among)
                .map((row, context) ->
                        new Dependency(Columns.uuid(row, "build_id"), Columns.uuid(row, "dependency_build_id")))
                .list());
    }

    /** What these need of builds that are not over well, as pairs of ids and the needed ones' names. */
    List<Need> needs(Collection<UUID> builds) {
        return database.read(handle -> handle.createQuery("""
                        select d.build_id, n.job_name from circus.build_dependencies d
                        join circus.builds n on n.id = d.dependency_build_id
                        where d.build_id = any(:ids) and n.status <> 'succeeded' and not n.is_aggregate
                        """)
                .bindArray("ids", UUID.class, builds)
                .map((row, context) -> new Need(Columns.uuid(row, "build_id"), row.getString("job_name")))
                .list());
    }

    /** A build needs another one of the same evaluation. */
    record Need(UUID build, String jobName) {}

    /** Nobody builds these any more: the evaluation that they are of was canceled. */
    void cancelUnsent(UUID evaluation, Instant now) {
        database.write(handle ->
                handle.createUpdate("""
                        update circus.builds set status = 'cancelled', completed_at = :now
                        where evaluation_id = :id and status = 'pending' and job_id is null and not is_aggregate
                        """).bind("id", evaluation).bind("now", now).execute());
    }

    /** Gives builds that wait without one their jobs of the engine; answers those that took them. */
    static List<UUID> sent(Handle handle, Map<UUID, Long> jobs) {
        List<Map.Entry<UUID, Long>> rows = List.copyOf(jobs.entrySet());
        return handle.createQuery("""
                        update circus.builds b set job_id = f.job
                        from unnest(cast(:ids as uuid[]), cast(:jobs as bigint[])) as f(id, job)
                        where b.id = f.id and b.status = 'pending' and b.job_id is null returning b.id
                        """)
                .bindArray(
                        "ids", UUID.class, rows.stream().map(Map.Entry::getKey).toArray())
                .bindArray(
                        "jobs",
                        Long.class,
                        rows.stream().map(Map.Entry::getValue).toArray())
                .mapTo(UUID.class)
                .list();
    }

    static KnownBuild known(ResultSet row) throws SQLException {
        return new KnownBuild(
                Columns.uuid(row, "id"),
                Columns.uuid(row, "evaluation_id"),
                row.getString("job_name"),
                row.getString("drv_path"),
                status(row),
                outputs(row.getString("outputs")),
                row.getObject("job_id", Long.class));
    }

    private static Map<String, String> outputs(@Nullable String json) {
        return json == null ? Map.of() : Json.MAPPER.readValue(json, OUTPUTS);
    }

    private static BuildStatus status(ResultSet row) throws SQLException {
        String status = row.getString("status");
        return BuildStatus.named(status)
                .orElseThrow(() -> new IllegalStateException("a build has the unknown status " + status));
    }
}
