package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.JobState;
import dev.trivet.core.state.JobStates;
import dev.trivet.core.state.RunState;
import dev.trivet.core.state.RunTally;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The books of one transaction: locks runs in one order, moves jobs by the table of {@link JobStates}, keeps each run's tally, and
 * writes runs and events back at {@link #close()}.
 *
 * <p>Lock order, everywhere: runs by id, then leases or queue rows, then jobs. A claim locks a queue row and then its job, never a
 * run, so whoever takes jobs out of the queue must delete their queue rows before it touches the jobs.
 */
final class Ledger {
    private final Handle handle;
    private final Instant now;
    private final Wakeups wakeups;
    private final Map<Long, LockedRun> runs = new TreeMap<>();
    private final EventWriter events;

    Ledger(Handle handle, Instant now, Wakeups wakeups) {
        this.handle = requireNonNull(handle, "handle is null");
        this.now = requireNonNull(now, "now is null");
        this.wakeups = requireNonNull(wakeups, "wakeups is null");
        this.events = new EventWriter(handle, now, wakeups);
    }

    Instant now() {
        return now;
    }

    EventWriter events() {
        return events;
    }

    /** Locks runs that are not locked yet. Only call it before anything else of them is locked. */
    void lock(Collection<Long> runIds) {
        var wanted = new TreeSet<>(runIds);
        wanted.removeAll(runs.keySet());
        if (wanted.isEmpty()) {
            return;
        }
        handle.createQuery("""
                        select id, tally, state, started_at
                        from run where id = any(:ids) order by id for update
                        """)
                .bindArray("ids", Long.class, wanted)
                .map((row, context) -> new LockedRun(
                        row.getLong("id"),
                        Json.read(row.getString("tally"), RunTally.class),
                        RunState.of(row.getString("state")),
                        row.getTimestamp("started_at") != null))
                .forEach(run -> runs.put(run.id, run));
    }

    boolean knows(long runId) {
        return runs.containsKey(runId);
    }

    RunTally tally(long runId) {
        return run(runId).tally;
    }

    void tally(long runId, RunTally tally) {
        LockedRun run = run(runId);
        run.tally = tally;
        run.changed = true;
    }

    /** Counts a move that a statement has made. */
    void moved(long runId, JobState from, JobState to) {
        tally(runId, tally(runId).moved(from, to));
        if (to == JobState.RUNNING) {
            run(runId).start = true;
        }
    }

    /**
     * Applies {@code event} to those of {@code jobIds} whose state takes it.
     *
     * @return the jobs that moved
     */
    List<MovedJob> move(JobEvent event, Collection<Long> jobIds, @Nullable String outcome) {
        if (jobIds.isEmpty()) {
            return List.of();
        }
        JobState target = JobStates.TABLE.targetOf(event);
        List<MovedJob> moved = handle.createQuery("""
                        with old as (
                            select id, state from job where id = any(:ids) and state = any(:sources) order by id for update)
                        update job set
                            state = :target,
                            outcome = coalesce(cast(:outcome as jsonb), outcome),
                            ready_at = case when :target = 'ready' then cast(:now as timestamptz) else ready_at end,
                            finished_at = case when :terminal then cast(:now as timestamptz) else finished_at end
                        from old where job.id = old.id
                        returning job.id, job.run_id, old.state as previous, job.lane_id, job.priority,
                            job.open_prerequisites, job.key, job.cache_key, job.builds_in is not null as based
                        """)
                .bindArray("ids", Long.class, jobIds)
                .bindArray("sources", String.class, names(JobStates.TABLE.sourcesOf(event)))
                .bind("target", target.wireName())
                .bind("terminal", target.terminal())
                .bind("outcome", outcome)
                .bind("now", now)
                .map((row, context) -> new MovedJob(
                        row.getLong("id"),
                        row.getLong("run_id"),
                        JobState.of(row.getString("previous")),
                        row.getLong("lane_id"),
                        row.getInt("priority"),
                        row.getInt("open_prerequisites"),
                        row.getString("key"),
                        row.getString("cache_key"),
                        row.getBoolean("based")))
                .list();
        for (MovedJob job : moved) {
            moved(job.runId(), job.previous(), target);
            events.job(job.runId(), job.id(), "job." + target.wireName(), Map.of("key", job.key()));
        }
        return moved;
    }

    /** Puts ready jobs into the queue. */
    void enqueue(Collection<MovedJob> ready) {
        if (ready.isEmpty()) {
            return;
        }
        List<MovedJob> jobs = new Placement(handle).near(ready);
        handle.createUpdate("""
                        insert into queue (job_id, lane_id, priority)
                        select * from unnest(cast(:ids as bigint[]), cast(:lanes as bigint[]), cast(:priorities as int[]))
                        on conflict do nothing
                        """)
                .bindArray("ids", Long.class, jobs.stream().map(MovedJob::id).toList())
                .bindArray(
                        "lanes", Long.class, jobs.stream().map(MovedJob::laneId).toList())
                .bindArray(
                        "priorities",
                        Integer.class,
                        jobs.stream().map(MovedJob::priority).toList())
                .execute();
        jobs.forEach(job -> wakeups.lane(job.laneId()));
    }

    /** Takes jobs out of the queue and the delay list, before their state is touched. */
    void dequeue(Collection<Long> jobIds) {
        handle.createUpdate("delete from queue where job_id = any(:ids)")
                .bindArray("ids", Long.class, jobIds)
                .execute();
        handle.createUpdate("delete from delayed where job_id = any(:ids)")
                .bindArray("ids", Long.class, jobIds)
                .execute();
    }

    /** Writes runs and events. The last thing of the transaction. */
    void close() {
        write(runs.values().stream().filter(run -> run.changed).toList());
        events.flush();
    }

    private void write(List<LockedRun> changed) {
        if (changed.isEmpty()) {
            return;
        }
        handle.createUpdate("""
                        update run set tally = cast(f.tally as jsonb), state = f.state,
                            cancel_requested = f.cancel, timed_out = f.timed_out,
                            started_at = case when f.starts then cast(:now as timestamptz) else started_at end,
                            deadline = case when f.starts
                                then cast(:now as timestamptz) + timeout_ms * interval '1 millisecond' else deadline end,
                            finished_at = case when f.ends then cast(:now as timestamptz) else finished_at end
                        from unnest(cast(:ids as bigint[]), cast(:tallies as text[]), cast(:states as text[]),
                                cast(:cancels as boolean[]), cast(:timeouts as boolean[]), cast(:starts as boolean[]),
                                cast(:ends as boolean[]))
                            as f(id, tally, state, cancel, timed_out, starts, ends)
                        where run.id = f.id
                        """)
                .bind("now", now)
                .bindArray("ids", Long.class, column(changed, run -> run.id))
                .bindArray("tallies", String.class, column(changed, run -> Json.write(run.tally)))
                .bindArray(
                        "states",
                        String.class,
                        column(changed, run -> run.tally.state().wireName()))
                .bindArray("cancels", Boolean.class, column(changed, run -> run.tally.cancelRequested()))
                .bindArray("timeouts", Boolean.class, column(changed, run -> run.tally.timedOut()))
                .bindArray("starts", Boolean.class, column(changed, run -> run.start && !run.started))
                .bindArray("ends", Boolean.class, column(changed, LockedRun::ends))
                .execute();
        for (LockedRun run : changed) {
            RunState state = run.tally.state();
            if (state != run.state) {
                events.run(run.id, "run." + state.wireName(), Map.of());
            }
        }
    }

    private static <T> List<T> column(List<LockedRun> runs, Function<LockedRun, T> value) {
        return runs.stream().map(value).toList();
    }

    private LockedRun run(long runId) {
        return requireNonNull(runs.get(runId), "the run is not locked");
    }

    static List<String> names(Set<JobState> states) {
        return states.stream().map(JobState::wireName).sorted().toList();
    }

    /**
     * A job that a move found in a state that takes the event.
     *
     * @param based whether it may build in another job's files
     */
    record MovedJob(
            long id,
            long runId,
            JobState previous,
            long laneId,
            int priority,
            int openPrerequisites,
            String key,
            @Nullable String cacheKey,
            boolean based) {
        /** The same in another lane. */
        MovedJob inLane(long otherLane) {
            return new MovedJob(id, runId, previous, otherLane, priority, openPrerequisites, key, cacheKey, based);
        }
    }

    private static final class LockedRun {
        private final long id;
        private final RunState state;
        private final boolean started;
        private RunTally tally;
        private boolean changed;
        private boolean start;

        LockedRun(long id, RunTally tally, RunState state, boolean started) {
            this.id = id;
            this.tally = tally;
            this.state = state;
            this.started = started;
        }

        boolean ends() {
            return tally.state().terminal() && !state.terminal();
        }
    }
}
