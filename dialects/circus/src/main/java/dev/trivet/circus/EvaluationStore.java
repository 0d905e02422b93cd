package dev.trivet.circus;

import dev.trivet.engine.SubmittedRun;
import dev.trivet.store.Database;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Evaluations as rows. Thread-safe. */
final class EvaluationStore {
    private final Database database;

    EvaluationStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    // ---- for people

    /** A part of those that pass the filters, newest first. */
    List<Map<String, @Nullable Object>> list(Filters filters, Window window) {
        return database.read(handle -> handle.createQuery("select * from circus.evaluations e" + filters.where()
                        + " order by evaluation_time desc, id limit :window_limit offset :window_offset")
                .bindMap(filters.bindings())
                .bind("window_limit", window.limit())
                .bind("window_offset", window.offset())
                .map(Columns.shown(Columns.EVALUATION))
                .list());
    }

    long count(Filters filters) {
        return database.read(handle -> handle.createQuery("select count(*) from circus.evaluations e" + filters.where())
                .bindMap(filters.bindings())
                .mapTo(Long.class)
                .one());
    }

    Optional<Map<String, @Nullable Object>> find(UUID id) {
        return database.read(handle -> handle.createQuery("select * from circus.evaluations where id = :id")
                .bind("id", id)
                .map(Columns.shown(Columns.EVALUATION))
                .findOne());
    }

    /** What could not be evaluated, by name. */
    List<Map<String, @Nullable Object>> errors(UUID id) {
        return database.read(handle -> handle.createQuery(
                        "select job_name, message from circus.evaluation_errors where evaluation_id = :id order by job_name")
                .bind("id", id)
                .map(JsonRows.MAPPER)
                .list());
    }

    /**
     * Makes a pending evaluation; empty if the jobset has one of this commit, or is not there.
     *
     * @param pullRequest what the commit was sent for, or null
     */
    Optional<Map<String, @Nullable Object>> insert(UUID jobsetId, String commit, @Nullable PullRequest pullRequest) {
        return database.write(handle -> handle.createQuery("""
                        insert into circus.evaluations (jobset_id, commit_hash, pr_number, pr_head_branch, pr_base_branch, pr_action)
                        select j.id, :commit, cast(:number as int), :head, :base, :action
                        from circus.jobsets j where j.id = :jobset
                        for key share on conflict (jobset_id, commit_hash) do nothing returning *
                        """)
                .bind("jobset", jobsetId)
                .bind("commit", commit)
                .bind("number", pullRequest == null ? null : pullRequest.number())
                .bind("head", pullRequest == null ? null : pullRequest.headBranch())
                .bind("base", pullRequest == null ? null : pullRequest.baseBranch())
                .bind("action", pullRequest == null ? null : pullRequest.action())
                .map(Columns.shown(Columns.EVALUATION))
                .findOne());
    }

    // ---- for the loop

    /**
     * Sees to it that a commit that is its jobset's newest is evaluated, unless it has been with the same inputs. One that failed for a reason
     * that may have gone is tried again, and so is one that was a pull request's until now: what it declares was not believed.
     *
     * @return whether there is something to do
     */
    boolean want(UUID jobsetId, String commit, String inputsHash) {
        if (insert(jobsetId, commit, null).isPresent()) {
            return true;
        }
        return database.write(handle -> handle.createUpdate("""
                                update circus.evaluations set status = 'pending', error_message = null, finished_at = null,
                                    evaluation_time = now(), pr_number = null, pr_head_branch = null, pr_base_branch = null,
                                    pr_action = null
                                where jobset_id = :jobset and commit_hash = :commit and status <> 'running'
                                  and (pr_number is not null or (status in ('completed', 'failed', 'timed_out')
                                    and (inputs_hash is distinct from :inputs or worth_repeating)))
                                """)
                        .bind("jobset", jobsetId)
                        .bind("commit", commit)
                        .bind("inputs", inputsHash)
                        .execute()
                > 0);
    }

    /** The oldest pending ones of jobsets that are evaluated, without those that wait for the builds of another one. */
    List<DueEvaluation> due(int most) {
        return database.read(handle -> handle.createQuery("""
                        select j.*, e.id as evaluation, e.commit_hash, e.pr_number, j.project_name, j.repository_url
                        from circus.evaluations e join circus.active_jobsets j on j.id = e.jobset_id
                        where e.status = 'pending' and not (j.state = 'one_at_a_time' and (
                            exists (select 1 from circus.evaluations o where o.jobset_id = j.id and o.status = 'running')
                            or exists (
                                select 1 from circus.evaluations o join circus.builds b on b.evaluation_id = o.id
                                where o.jobset_id = j.id and b.status in ('pending', 'running'))
                            or exists (
                                select 1 from circus.evaluations o where o.jobset_id = j.id and o.status = 'pending'
                                  and (o.evaluation_time, o.id) < (e.evaluation_time, e.id))))
                        order by e.evaluation_time, e.id limit :most
                        """)
                .bind("most", most)
                .map((row, context) -> new DueEvaluation(
                        Columns.uuid(row, "evaluation"),
                        row.getString("commit_hash"),
                        Columns.numberOrNull(row, "pr_number"),
                        Jobset.of(row),
                        row.getString("project_name"),
                        row.getString("repository_url")))
                .list());
    }

    int runningCount() {
        return database.read(
                handle -> handle.createQuery("select count(*) from circus.evaluations where status = 'running'")
                        .mapTo(Integer.class)
                        .one());
    }

    /** Those that the engine is at, or that it has ended without anybody taking notice. */
    List<RunningEvaluation> running() {
        return database.read(handle -> handle.createQuery("""
                        select e.id, e.jobset_id, j.project_id, e.run_id, e.job_id, e.pr_number is null as trusted
                        from circus.evaluations e join circus.jobsets j on j.id = e.jobset_id
                        where e.status = 'running' and e.run_id is not null and e.job_id is not null
                        order by e.evaluation_time, e.id
                        """)
                .map((row, context) -> new RunningEvaluation(
                        Columns.uuid(row, "id"),
                        Columns.uuid(row, "jobset_id"),
                        Columns.uuid(row, "project_id"),
                        row.getLong("run_id"),
                        row.getLong("job_id"),
                        row.getBoolean("trusted")))
                .list());
    }

    /** Notes which run evaluates; does nothing if it is not pending any more: another server was faster. */
    static void begin(Handle handle, UUID id, SubmittedRun run, String inputsHash) {
        int begun = handle.createUpdate("""
                        update circus.evaluations set status = 'running', run_id = :run, job_id = :job, inputs_hash = :inputs,
                            error_message = null, finished_at = null, worth_repeating = false,
                            roots_dropped_at = null
                        where id = :id and status = 'pending'
                        """)
                .bind("id", id)
                .bind("run", run.runId())
                .bind("job", run.onlyJob())
                .bind("inputs", inputsHash)
                .execute();
        if (begun > 0) {
            handle.createUpdate("delete from circus.evaluation_errors where evaluation_id = :id")
                    .bind("id", id)
                    .execute();
        }
    }

    /** Whether this run is the evaluation's. */
    boolean isOf(UUID id, long runId) {
        return database.read(handle -> handle.createQuery(
                                "select count(*) from circus.evaluations where id = :id and run_id = :run")
                        .bind("id", id)
                        .bind("run", runId)
                        .mapTo(Long.class)
                        .one())
                > 0;
    }

    /** Runs of evaluations of the same jobset, or pull request, that are older than this one and not finished. */
    List<Long> superseded(DueEvaluation newer) {
        return database.write(handle -> {
            handle.createUpdate("""
                            update circus.evaluations set status = 'cancelled', finished_at = now(),
                                error_message = 'a newer commit is evaluated'
                            where jobset_id = :jobset and pr_number is not distinct from cast(:pr as int) and status = 'pending'
                              and evaluation_time < (select evaluation_time from circus.evaluations where id = :id) and id <> :id
                            """)
                    .bind("jobset", newer.jobset().id())
                    .bind("pr", newer.pullRequest())
                    .bind("id", newer.id())
                    .execute();
            return handle.createQuery("""
                            select distinct run_id from (
                                select e.run_id from circus.evaluations e
                                where e.jobset_id = :jobset and e.pr_number is not distinct from cast(:pr as int)
                                  and e.evaluation_time < (select evaluation_time from circus.evaluations where id = :id)
                                  and e.id <> :id and e.run_id is not null
                                  and (e.status = 'running' or exists (
                                      select 1 from circus.builds b
                                      where b.evaluation_id = e.id and b.status in ('pending', 'running')))) r
                            """)
                    .bind("jobset", newer.jobset().id())
                    .bind("pr", newer.pullRequest())
                    .bind("id", newer.id())
                    .mapTo(Long.class)
                    .list();
        });
    }

    /**
     * Ends an evaluation. A jobset that is evaluated once is disabled.
     *
     * @param status {@code completed}, {@code failed}, {@code timed_out} or {@code cancelled}
     * @param repeat whether another try may do better
     * @return false if it had ended
     */
    static boolean finish(
            Handle handle,
            RunningEvaluation evaluation,
            String status,
            @Nullable String message,
            boolean repeat,
            Instant now) {
        int ended = handle.createUpdate("""
                        update circus.evaluations set status = :status, error_message = :message, finished_at = :now,
                            worth_repeating = :repeat
                        where id = :id and run_id = :run and status = 'running'
                        """)
                .bind("id", evaluation.id())
                .bind("run", evaluation.runId())
                .bind("status", status)
                .bind("message", message)
                .bind("repeat", repeat)
                .bind("now", now)
                .execute();
        if (ended > 0) {
            handle.createUpdate("""
                            update circus.jobsets set state = 'disabled', enabled = false, updated_at = :now
                            where id = :jobset and state = 'one_shot'
                            """)
                    .bind("jobset", evaluation.jobsetId())
                    .bind("now", now)
                    .execute();
        }
        return ended > 0;
    }

    /** Makes one pending again whose results are lost. */
    static int again(Handle handle, RunningEvaluation evaluation) {
        return handle.createUpdate("""
                        update circus.evaluations set status = 'pending', run_id = null, job_id = null
                        where id = :id and run_id = :run and status = 'running'
                        """)
                .bind("id", evaluation.id())
                .bind("run", evaluation.runId())
                .execute();
    }

    /** Ends one that never began. */
    void refuse(UUID id, String message, Instant now) {
        database.write(handle -> handle.createUpdate("""
                        update circus.evaluations set status = 'failed', error_message = :message, finished_at = :now
                        where id = :id and status = 'pending'
                        """)
                .bind("id", id)
                .bind("message", message)
                .bind("now", now)
                .execute());
    }
}
