package dev.trivet.engine;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Ends runs and jobs before their time: what has not started ends at once, what runs is asked to. Inside the caller's transaction. */
final class Stops {
    private Stops() {}

    /** Answers false if the run had ended already. */
    static boolean run(Ledger ledger, Handle handle, Wakeups wakeups, long runId, StopReason reason) {
        ledger.lock(List.of(runId));
        if (!ledger.knows(runId) || ledger.tally(runId).over()) {
            return false;
        }
        ledger.tally(runId, ledger.tally(runId).stopped(reason == StopReason.CANCEL, reason == StopReason.RUN_TIMEOUT));
        ledger.events().run(runId, "run." + reason.wireName(), Map.of());
        List<Long> open = handle.createQuery("select id from job where run_id = :run and finished_at is null")
                .bind("run", runId)
                .mapTo(Long.class)
                .list();
        stop(ledger, handle, wakeups, open, reason);
        return true;
    }

    /** Stops one job; its dependents are skipped. Answers false if it had ended already. */
    static boolean job(Ledger ledger, Handle handle, Wakeups wakeups, long jobId) {
        List<Long> runs = handle.createQuery("select run_id from job where id = :job")
                .bind("job", jobId)
                .mapTo(Long.class)
                .list();
        ledger.lock(runs);
        boolean open = handle.createQuery("select count(*) from job where id = :job and finished_at is null")
                        .bind("job", jobId)
                        .mapTo(Long.class)
                        .one()
                > 0;
        if (open) {
            List<Long> ended = stop(ledger, handle, wakeups, List.of(jobId), StopReason.CANCEL);
            new Advance(ledger, handle).after(List.of(), ended);
        }
        return open;
    }

    private static List<Long> stop(
            Ledger ledger, Handle handle, Wakeups wakeups, Collection<Long> jobs, StopReason reason) {
        ledger.dequeue(jobs);
        List<Long> idle = handle.createQuery("""
                        select id from job where id = any(:ids) and state in ('held', 'waiting', 'ready') order by id for update
                        """)
                .bindArray("ids", Long.class, jobs)
                .mapTo(Long.class)
                .list();
        boolean cancel = reason == StopReason.CANCEL;
        Outcome outcome = cancel
                ? Outcome.of(Reason.CANCELED, "canceled before it started")
                : Outcome.of(Reason.RUN_TIMEOUT, "the run's time was up before it started");
        ledger.move(cancel ? JobEvent.CANCEL : JobEvent.TIME_OUT, idle, Json.write(outcome));
        handle.createQuery("""
                        with asked as (
                            update job set stop = :stop
                            where id = any(:ids) and state in ('leased', 'running') and stop is null returning id)
                        select lease.runner_id from lease join asked on asked.id = lease.job_id
                        """)
                .bind("stop", reason.wireName())
                .bindArray("ids", Long.class, jobs)
                .mapTo(UUID.class)
                .forEach(wakeups::runner);
        return idle;
    }
}
