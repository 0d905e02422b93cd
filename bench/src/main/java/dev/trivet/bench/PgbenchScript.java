package dev.trivet.bench;

/**
 * What pgbench is to do over and over: three transactions that put a job into a queue, claim one and complete it.
 *
 * @param setup statements for before
 * @param text the script
 */
record PgbenchScript(String setup, String text) {
    /** The least that a queue can be: one table, one row a job. */
    static final PgbenchScript BARE_QUEUE = new PgbenchScript("""
            create table if not exists bare_queue (
                id bigint generated always as identity primary key, state int not null default 0,
                claimed_at timestamptz, done_at timestamptz, payload text not null);
            create index if not exists bare_queue_ready on bare_queue (id) where state = 0;
            """, """
            insert into bare_queue (payload) values (repeat('x', 400));
            with picked as materialized (
                select id from bare_queue where state = 0 order by id limit 1 for update skip locked),
            claimed as (
                update bare_queue set state = 1, claimed_at = now() from picked
                where bare_queue.id = picked.id returning bare_queue.id)
            select coalesce(max(id), 0) as claimed from claimed \\gset
            update bare_queue set state = 2, done_at = now() where id = :claimed;
            """);

    /** The rows that the engine writes for a run of one job, with nothing decided, checked or read back by a program. */
    static PgbenchScript sameRows(String spec) {
        // pgbench takes ":word" for a variable, in a text too.
        String json = spec.replace("\":", "\": ").replace("'", "''");
        return new PgbenchScript("""
                insert into lane (tenant, requirements) values ('pgbench', '{}') on conflict do nothing;
                """, SUBMIT.replace("SPEC", json) + CLAIM + COMPLETE);
    }

    private static final String SUBMIT = """
            begin;
            insert into run (dialect, tenant, title, labels, state, created_at, tally)
                values ('bench', 'pgbench', 'a run', '{}', 'queued', now(), '{"counts": {"READY": 1}, "softFailed": 0, "cancelRequested": false, "timedOut": false}') returning id as run \\gset
            insert into job (run_id, key, name, state, lane_id, priority, created_at, ready_at)
                select :run, 'job', 'job', 'ready', id, 0, now(), now() from lane where tenant = 'pgbench'
                returning id as job \\gset
            insert into job_spec (job_id, spec, retry, soft_fail) values (:job, 'SPEC', '{}', '{}');
            insert into step (job_id, number, name, state)
                values (:job, 0, 'setup', 'pending'), (:job, 1, 'one', 'pending');
            insert into queue (job_id, lane_id, priority)
                select :job, id, 0 from lane where tenant = 'pgbench';
            insert into event (at, run_id, job_id, kind, data)
                values (now(), :run, null, 'run.submitted', '{"jobs": 1, "held": false}'),
                    (now(), :run, :job, 'job.ready', '{"key": "job"}');
            commit;
            """;

    private static final String CLAIM = """
            with picked as materialized (
                select job_id from queue where lane_id = (select id from lane where tenant = 'pgbench')
                order by priority desc, job_id limit 1 for update skip locked),
            taken as (delete from queue using picked where queue.job_id = picked.job_id returning queue.job_id),
            leased as (
                update job set state = 'leased', attempt = attempt + 1 from taken
                where job.id = taken.job_id and job.state = 'ready' returning job.id, job.run_id),
            leases as (
                insert into lease (job_id, attempt, runner_id, generation, leased_at)
                select id, 1, '00000000-0000-0000-0000-000000000000', 1, now() from leased),
            attempts as (
                insert into attempt (job_id, number, runner_id, leased_at, state)
                select id, 1, '00000000-0000-0000-0000-000000000000', now(), 'leased' from leased)
            select coalesce(max(id), 0) as claimed, coalesce(max(run_id), 0) as claimed_run from leased \\gset
            """;

    private static final String COMPLETE = """
            begin;
            update run set tally = '{"counts": {"PASSED": 1}, "softFailed": 0, "cancelRequested": false, "timedOut": false}', state = 'passed', started_at = now(), finished_at = now()
                where id = :claimed_run;
            delete from lease where job_id = :claimed;
            update job set state = 'passed', outcome = '{"reason": "passed", "exitCode": 0}', started_at = now(),
                finished_at = now() where id = :claimed;
            update attempt set state = 'passed', started_at = now(), finished_at = now(),
                outcome = '{"reason": "passed", "exitCode": 0}' where job_id = :claimed and number = 1;
            insert into event (at, run_id, job_id, kind, data)
                values (now(), :claimed_run, :claimed, 'job.running', '{"key": "job", "attempt": 1}'),
                    (now(), :claimed_run, null, 'run.running', '{}'),
                    (now(), :claimed_run, :claimed, 'job.passed', '{"key": "job", "attempt": 1, "reason": "passed"}'),
                    (now(), :claimed_run, null, 'run.passed', '{}');
            commit;
            """;
}
