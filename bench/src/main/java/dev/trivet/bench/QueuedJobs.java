package dev.trivet.bench;

import dev.trivet.engine.Engine;
import dev.trivet.engine.SubmittedRun;
import dev.trivet.store.Database;
import java.util.List;

/** A backlog: ready jobs of several tenants that need what no runner here provides. */
final class QueuedJobs {
    private static final int TENANTS = 50;
    private static final int PIECE = 100_000;

    private QueuedJobs() {}

    /** Queues {@code jobs} jobs: each a copy of one that was submitted, written in bulk. */
    static void fill(Database database, Engine engine, int jobs) {
        for (int tenant = 0; tenant < TENANTS; tenant++) {
            SubmittedRun template = engine.submit(NoOpJobs.plan("tenant-" + tenant, "gpu"));
            int share = jobs / TENANTS + (tenant < jobs % TENANTS ? 1 : 0);
            for (int done = 0; done < share; done += PIECE) {
                copy(database, template, done, Math.min(PIECE, share - done));
            }
        }
        database.jdbi().useHandle(handle -> {
            for (String table : List.of("queue", "job", "job_spec")) {
                handle.execute("vacuum analyze " + table);
            }
        });
    }

    private static void copy(Database database, SubmittedRun template, int from, int jobs) {
        database.write(handle -> handle.createUpdate("""
                        with made as (
                            insert into job (run_id, key, name, state, lane_id, priority, created_at, ready_at)
                            select run_id, 'copy-' || n, name, 'ready', lane_id, 0, created_at, ready_at
                            from job, generate_series(:from + 1, :from + :jobs) n where id = :template
                            returning id, lane_id),
                        specs as (
                            insert into job_spec select made.id, spec, retry, soft_fail
                            from made, job_spec where job_id = :template)
                        insert into queue select id, lane_id, 0 from made
                        """)
                .bind("from", from)
                .bind("jobs", jobs)
                .bind("template", template.onlyJob())
                .execute());
    }
}
