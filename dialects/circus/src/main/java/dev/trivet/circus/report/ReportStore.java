package dev.trivet.circus.report;

import static java.util.Objects.requireNonNull;

import dev.trivet.store.Database;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation is compared with, and how. The number of statements does not grow with the evaluation, nor what is read into memory.
 * Thread-safe.
 */
final class ReportStore {
    /** How many evaluations back a job's last result is looked for, to tell what is new. */
    private static final int NEAR = 10;
    /** And how many for when a job that is shown was green. */
    private static final int FAR = 200;

    /** Failures followed through dependencies; wide graphs are cut there. */
    private static final int MOST_FAILURES = 20_000;

    /** What was decided: not what somebody or something called off. */
    private static final String DECIDED = "status not in ('pending', 'running', 'cancelled')";

    /** A job's result in an evaluation; one that could not be evaluated is as broken as one that could not be built. */
    private static final String RESULTS = """
            select b.evaluation_id, b.job_name, b.id, b.status, b.system, b.error_message from circus.builds b
            union all
            select e.evaluation_id, e.job_name, null, 'eval_error', null, e.message from circus.evaluation_errors e
            """;

    private static final String HISTORY = """
            select o.id, o.commit_hash, o.evaluation_time,
                row_number() over (order by o.evaluation_time desc, o.id desc) as age
            from circus.evaluations o join circus.evaluations t on t.jobset_id = o.jobset_id
            where t.id = :id and o.id <> t.id and o.status = 'completed'
              and (o.evaluation_time, o.id) < (t.evaluation_time, t.id)
              and (o.pr_number is null or o.pr_number = t.pr_number)
            order by o.evaluation_time desc, o.id desc limit
            """;

    private final Database database;

    ReportStore(Database database) {
        this.database = requireNonNull(database, "database is null");
    }

    /** An evaluation, in short. */
    record Evaluation(UUID id, String commit, Instant time) {}

    /**
     * The evaluation that is asked about.
     *
     * @param green the last one before it of which every job was green
     */
    record Subject(
            Evaluation evaluation,
            UUID jobsetId,
            String status,
            @Nullable String message,
            String repositoryUrl,
            @Nullable Evaluation before,
            @Nullable Evaluation green) {}

    /** A job that is listed, and how many there are of its kind. */
    record Listed(
            String kind,
            long total,
            String jobName,
            @Nullable UUID build,
            String status,
            @Nullable String system,
            @Nullable String message) {}

    /** When a job was green last, and first broken since. */
    record Past(@Nullable Evaluation green, @Nullable Evaluation broken) {}

    /**
     * What failed first for a build.
     *
     * @param culprit the derivation that failed if that is none of a job, or null
     * @param logPath of the root, or null
     */
    record Root(
            UUID build,
            UUID evaluation,
            String jobName,
            String drvPath,
            String status,
            @Nullable String culprit,
            @Nullable String logPath) {}

    Optional<Subject> subject(UUID id) {
        return database.read(handle -> handle.createQuery("with history as materialized (" + HISTORY + FAR + """
                        )
                        select e.id, e.commit_hash, e.evaluation_time, e.jobset_id, e.status, e.error_message,
                            p.repository_url, b.id as before_id, b.commit_hash as before_commit_hash,
                            b.evaluation_time as before_evaluation_time, g.id as green_id,
                            g.commit_hash as green_commit_hash, g.evaluation_time as green_evaluation_time
                        from circus.evaluations e join circus.jobsets j on j.id = e.jobset_id
                        join circus.projects p on p.id = j.project_id
                        left join history b on b.age = 1
                        left join lateral (
                            select h.* from history h
                            where exists (select 1 from circus.builds o where o.evaluation_id = h.id)
                              and not exists (
                                  select 1 from circus.builds o where o.evaluation_id = h.id and o.status <> 'succeeded')
                              and not exists (select 1 from circus.evaluation_errors o where o.evaluation_id = h.id)
                            order by h.age limit 1) g on true
                        where e.id = :id
                        """)
                .bind("id", id)
                .map((row, context) -> new Subject(
                        requireNonNull(evaluation(row, ""), "it has an id"),
                        row.getObject("jobset_id", UUID.class),
                        row.getString("status"),
                        row.getString("error_message"),
                        row.getString("repository_url"),
                        evaluation(row, "before_"),
                        evaluation(row, "green_")))
                .findOne());
    }

    /** Jobs of each kind by name, at most so many of a kind; and of the other two kinds one row that has their total. */
    List<Listed> jobs(UUID id, int most) {
        return database.read(handle -> handle.createQuery("with history as materialized (" + HISTORY + NEAR
                        + "), result as (" + RESULTS + """
                        ), now as materialized (select * from result where evaluation_id = :id),
                        last as materialized (
                            select distinct on (r.job_name) r.job_name, r.status, h.age
                            from history h join result r on r.evaluation_id = h.id
                            where r.%1$s order by r.job_name, h.age),
                        judged as (
                            select case
                                    when not n.%1$s then 'undecided'
                                    when n.status = 'succeeded' and l.status is not null and l.status <> 'succeeded' then 'fixed'
                                    when n.status = 'succeeded' then 'green'
                                    when l.status is not null and l.status <> 'succeeded' then 'still_broken'
                                    else 'newly_broken' end as kind,
                                n.job_name, n.id, n.status, n.system, n.error_message
                            from now n left join last l on l.job_name = n.job_name
                            union all
                            select 'removed', r.job_name, r.id, r.status, r.system, null
                            from history h join result r on r.evaluation_id = h.id
                            where h.age = 1 and exists (
                                select 1 from circus.evaluations e where e.id = :id and e.status = 'completed')
                              and not exists (select 1 from now n where n.job_name = r.job_name)),
                        numbered as (
                            select *, count(*) over (partition by kind) as total,
                                row_number() over (partition by kind order by job_name) as number
                            from judged)
                        select * from numbered
                        where number <= case when kind in ('green', 'undecided') then 1 else :most end order by kind, number
                        """.formatted(DECIDED))
                .bind("id", id)
                .bind("most", most)
                .map((row, context) -> new Listed(
                        row.getString("kind"),
                        row.getLong("total"),
                        row.getString("job_name"),
                        row.getObject("id", UUID.class),
                        row.getString("status"),
                        row.getString("system"),
                        row.getString("error_message")))
                .list());
    }

    /** By job. A job that was never green is as old as its first failure that is still known. */
    Map<String, Past> past(UUID id, Collection<String> jobs) {
        Map<String, Past> past = new HashMap<>();
        if (jobs.isEmpty()) {
            return past;
        }
        database.<List<Past>, RuntimeException>read(handle -> handle.createQuery(
                        "with history as materialized (" + HISTORY + FAR + """
                        )
                        select j.job_name, g.id as green_id, g.commit_hash as green_commit_hash,
                            g.evaluation_time as green_evaluation_time, f.id as broken_id,
                            f.commit_hash as broken_commit_hash, f.evaluation_time as broken_evaluation_time
                        from unnest(cast(:jobs as text[])) as j(job_name)
                        left join lateral (
                            select h.* from history h join circus.builds b on b.evaluation_id = h.id
                            where b.job_name = j.job_name and b.status = 'succeeded' order by h.age limit 1) g on true
                        left join lateral (
                            select h.* from history h
                            where (g.age is null or h.age < g.age) and (
                                exists (select 1 from circus.builds b where b.evaluation_id = h.id and b.job_name = j.job_name
                                    and b.%s)
                                or exists (select 1 from circus.evaluation_errors o
                                    where o.evaluation_id = h.id and o.job_name = j.job_name))
                            order by h.age desc limit 1) f on true
                        """.formatted(DECIDED))
                .bind("id", id)
                .bindArray("jobs", String.class, jobs)
                .map((row, context) -> {
                    var one = new Past(evaluation(row, "green_"), evaluation(row, "broken_"));
                    past.put(row.getString("job_name"), one);
                    return one;
                })
                .list());
        return past;
    }

    /**
     * What failed first for each of these builds: themselves, or the earliest of what they need, in whatever evaluation that was built.
     */
    Map<UUID, Root> roots(Collection<UUID> builds) {
        Map<UUID, Root> roots = new HashMap<>();
        if (builds.isEmpty()) {
            return roots;
        }
        database.<List<Root>, RuntimeException>read(handle -> {
            List<Root> found = new ArrayList<>();
            rows(handle, builds).forEach((start, root) -> {
                roots.put(start, root);
                found.add(root);
            });
            return found;
        });
        return roots;
    }

    private static Map<UUID, Root> rows(Handle handle, Collection<UUID> builds) {
        Map<UUID, Root> roots = new HashMap<>();
        RowMapper<UUID> mapper = (row, context) -> {
            UUID start = row.getObject("start", UUID.class);
            String command = row.getString("command");
            roots.put(
                    start,
                    new Root(
                            row.getObject("id", UUID.class),
                            row.getObject("evaluation_id", UUID.class),
                            row.getString("job_name"),
                            row.getString("drv_path"),
                            row.getString("status"),
                            command == null ? null : culprit(command),
                            row.getString("log_path")));
            return start;
        };
        handle.createQuery("""
                        with recursive chain as (
                            select b.id as start, b.id, b.status, b.completed_at from circus.builds b where b.id = any(:builds)
                            union
                            select c.start, d.id, d.status, d.completed_at
                            from chain c join circus.build_dependencies bd on bd.build_id = c.id
                            join circus.builds d on d.id = bd.dependency_build_id
                            where c.status = 'dependency_failed' and d.status not in ('pending', 'running', 'succeeded')),
                        first as (
                            select distinct on (start) start, id from (select * from chain limit :most) c
                            order by start, (status in ('dependency_failed', 'cancelled')), completed_at, id)
                        select f.start, r.id, r.evaluation_id, r.job_name, r.drv_path, r.status, r.log_path, s.command
                        from first f join circus.builds b on b.id = f.id
                        left join circus.failed_paths_cache c on c.drv_path = b.drv_path and b.status = 'cached_failure'
                        join circus.builds r on r.id = coalesce(c.source_build_id, b.id)
                        left join lateral (
                            select command from circus.build_steps s
                            where s.build_id = r.id and s.step_number > 1 and s.exit_code <> 0
                              and s.command not like 'nix build ' || r.drv_path || '%'
                            order by s.step_number limit 1) s on true
                        """)
                .bindArray("builds", UUID.class, builds)
                .bind("most", MOST_FAILURES)
                .map(mapper)
                .list();
        return roots;
    }

    /** The derivation of a step's command. */
    private static @Nullable String culprit(String command) {
        String[] words = command.split(" ", 4);
        return words.length >= 3 && words[2].endsWith(".drv") ? words[2] : null;
    }

    private static @Nullable Evaluation evaluation(java.sql.ResultSet row, String prefix) throws java.sql.SQLException {
        UUID id = row.getObject(prefix + "id", UUID.class);
        return id == null
                ? null
                : new Evaluation(
                        id,
                        row.getString(prefix + "commit_hash"),
                        row.getObject(prefix + "evaluation_time", OffsetDateTime.class)
                                .toInstant());
    }
}
