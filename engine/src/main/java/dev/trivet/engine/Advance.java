package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** After jobs have ended: opens the dependents that can run now and skips those that never can. Runs must be locked. */
final class Advance {
    private static final String SKIPPED =
            Json.write(Outcome.of(Reason.PREREQUISITE_FAILED, "a job that this one depends on did not pass"));

    private final Ledger ledger;
    private final Handle handle;

    Advance(Ledger ledger, Handle handle) {
        this.ledger = requireNonNull(ledger, "ledger is null");
        this.handle = requireNonNull(handle, "handle is null");
    }

    /**
     * @param good jobs that passed or failed softly
     * @param bad jobs that ended otherwise
     */
    void after(Collection<Long> good, Collection<Long> bad) {
        var ready = new ArrayList<Long>(satisfy(good, bad));
        List<Long> dead = skip(bad);
        while (!dead.isEmpty()) {
            // A skipped job has ended, too: edges that only wait for an end are satisfied by it.
            ready.addAll(satisfy(List.of(), dead));
            dead = skip(dead);
        }
        open(ledger.move(JobEvent.OPEN, ready, null));
    }

    /** Puts ready jobs into the queue, but for those that an earlier success counts for; what waited for these goes on. */
    void open(Collection<Ledger.MovedJob> ready) {
        var adoption = new Adoption(ledger, handle);
        Collection<Ledger.MovedJob> opened = ready;
        while (!opened.isEmpty()) {
            Set<Long> adopted = adoption.adopt(opened);
            ledger.enqueue(
                    opened.stream().filter(job -> !adopted.contains(job.id())).toList());
            opened = ledger.move(JobEvent.OPEN, satisfy(adopted, List.of()), null);
        }
    }

    /** New jobs may hang on jobs that have already ended badly. */
    void skipDependentsOfTheDead(Collection<Long> added) {
        List<Long> doomed = handle.createQuery("""
                        select distinct e.to_job from job_edge e join job p on p.id = e.from_job
                        where e.to_job = any(:added) and e.condition = 'passed'
                          and p.finished_at is not null and p.state <> 'passed' and not p.soft_failed
                        """)
                .bindArray("added", Long.class, added)
                .mapTo(Long.class)
                .list();
        after(List.of(), ids(ledger.move(JobEvent.SKIP, doomed, SKIPPED)));
    }

    private List<Long> satisfy(Collection<Long> good, Collection<Long> bad) {
        if (good.isEmpty() && bad.isEmpty()) {
            return List.of();
        }
        return handle.createQuery("""
                        with satisfied as (
                            select to_job, count(*) as edges from job_edge
                            where from_job = any(:good) or (from_job = any(:bad) and condition = 'finished')
                            group by to_job),
                        locked as (
                            select id from job join satisfied on id = to_job
                            where state in ('waiting', 'held') order by id for update of job),
                        counted as (
                            update job set open_prerequisites = open_prerequisites - edges
                            from satisfied, locked where job.id = to_job and job.id = locked.id
                            returning job.id, open_prerequisites, state)
                        select id from counted where open_prerequisites = 0 and state = 'waiting' order by id
                        """)
                .bindArray("good", Long.class, good)
                .bindArray("bad", Long.class, bad)
                .mapTo(Long.class)
                .list();
    }

    private List<Long> skip(Collection<Long> bad) {
        if (bad.isEmpty()) {
            return List.of();
        }
        List<Long> doomed = handle.createQuery("""
                        select distinct to_job from job_edge where from_job = any(:bad) and condition = 'passed'
                        """)
                .bindArray("bad", Long.class, bad)
                .mapTo(Long.class)
                .list();
        return ids(ledger.move(JobEvent.SKIP, doomed, SKIPPED));
    }

    private static List<Long> ids(List<Ledger.MovedJob> jobs) {
        return jobs.stream().map(Ledger.MovedJob::id).toList();
    }
}
