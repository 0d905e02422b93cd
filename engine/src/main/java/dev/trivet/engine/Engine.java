package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.plan.PlanGraph;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.store.Database;
import dev.trivet.store.NotificationListener;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;

/**
 * The one engine under all dialects, and the only writer of run, job and step state (DESIGN section 4). All methods are durable when
 * they return, and throw {@link dev.trivet.store.DatabaseUnavailableException} when the database is away. Thread-safe.
 */
public final class Engine implements AutoCloseable {
    private static final int LARGEST_BATCH = 256;
    /** A larger plan is written alone: nobody's small one waits for it. */
    private static final int MOST_JOBS_OF_A_BATCHED_PLAN = 32;

    private final Admission admission;
    private final Database database;
    private final Clock clock;
    private final Backlog backlog = new Backlog();
    private final EventFeed feed;
    private final Submissions submissions;
    private final Claims claims;
    private final Runners runners;
    private final Sweeper sweeper;
    private final Announcer announcer;
    private final Heartbeat heartbeat;
    private final Map<UUID, Runnable> stopListeners = new ConcurrentHashMap<>();
    private final Batcher<Submission, SubmittedRun> submits;
    private final Batcher<AttemptRef, Verdict> starts;
    private final Batcher<StepChange, Verdict> steps;
    private final Batcher<AttemptResult, Verdict> finishes;

    public Engine(Database database, Clock clock, EngineConfig config) {
        this(database, clock, config, Admission.ALWAYS);
    }

    /** @param admission asked before a run is accepted */
    public Engine(Database database, Clock clock, EngineConfig config, Admission admission) {
        this.admission = requireNonNull(admission, "admission is null");
        this.database = requireNonNull(database, "database is null");
        this.clock = requireNonNull(clock, "clock is null");
        requireNonNull(config, "config is null");
        var lanes = new Lanes();
        this.feed = new EventFeed(database, config.pollInterval());
        this.submissions = new Submissions(lanes);
        this.claims = new Claims(database, clock, lanes, backlog, new FairShares(config.defaultShares()));
        this.runners = new Runners(database, clock);
        this.sweeper = new Sweeper(database, clock, config, this, runners);
        this.announcer = new Announcer(database, this::heard);
        this.heartbeat = new Heartbeat(config.pollInterval(), claims, sweeper, backlog);
        this.submits = new Batcher<>(
                LARGEST_BATCH, batch -> inTransaction((handle, ledger, wakeups) -> write(ledger, handle, batch)));
        this.starts = new Batcher<>(
                LARGEST_BATCH, refs -> inTransaction((handle, ledger, wakeups) -> Starts.write(ledger, handle, refs)));
        this.steps = new Batcher<>(
                LARGEST_BATCH,
                changes -> inTransaction((handle, ledger, wakeups) -> StepChanges.write(ledger, handle, changes)));
        this.finishes = new Batcher<>(
                LARGEST_BATCH,
                results -> inTransaction((handle, ledger, wakeups) -> Finishes.write(ledger, handle, results)));
    }

    /** Begins to look after the queue, the clock and other servers' announcements. */
    public void start() {
        announcer.start();
        heartbeat.start();
    }

    // ---- what dialects do

    /** Accepts a run. It survives whatever happens from the moment this returns (invariant 1). */
    public SubmittedRun submit(Plan plan) {
        return submit(plan, (handle, run) -> {});
    }

    /**
     * Accepts a run together with a dialect's own rows: both or neither.
     *
     * @param also runs in the same transaction, after the engine's rows are there; perhaps on another thread and more than once, so it
     *     only writes through the handle
     * @throws dev.trivet.core.plan.PlanException if the plan cannot be a run
     * @throws dev.trivet.core.StorageFullException if there is no room for it
     */
    public SubmittedRun submit(Plan plan, BiConsumer<Handle, SubmittedRun> also) {
        admission.check();
        PlanGraph.check(plan.jobs(), plan.edges(), Set.of());
        var submission = new Submission(plan, also);
        if (plan.jobs().size() <= MOST_JOBS_OF_A_BATCHED_PLAN) {
            return submits.submit(submission);
        }
        return inTransaction((handle, ledger, wakeups) -> write(ledger, handle, List.of(submission)))
                .getFirst();
    }

    private List<SubmittedRun> write(Ledger ledger, Handle handle, List<Submission> batch) {
        List<SubmittedRun> runs = submissions.submit(
                ledger, handle, batch.stream().map(Submission::plan).toList());
        for (int index = 0; index < runs.size(); index++) {
            batch.get(index).also.accept(handle, runs.get(index));
        }
        return runs;
    }

    /**
     * Adds jobs to a run that has not ended; edges may hang them on jobs that are already there.
     *
     * @throws dev.trivet.core.plan.PlanException if the run has ended or the graph is wrong
     */
    public SubmittedRun grow(long runId, List<PlannedJob> jobs, List<Edge> edges) {
        return inTransaction((handle, ledger, wakeups) -> submissions.grow(ledger, handle, runId, jobs, edges));
    }

    /**
     * Adds jobs to a run together with a dialect's own rows: all or nothing.
     *
     * @param also as in {@link #submit(Plan, BiConsumer)}; gets the new jobs
     * @throws dev.trivet.core.plan.PlanException as {@link #grow(long, List, List)}
     */
    public SubmittedRun grow(
            long runId, List<PlannedJob> jobs, List<Edge> edges, BiConsumer<Handle, SubmittedRun> also) {
        return inTransaction((handle, ledger, wakeups) -> {
            SubmittedRun grown = submissions.grow(ledger, handle, runId, jobs, edges);
            also.accept(handle, grown);
            return grown;
        });
    }

    /** Says that a run that was submitted as growing gets no more jobs: it ends with its last one. False if that had been said. */
    public boolean seal(long runId) {
        return inTransaction((handle, ledger, wakeups) -> Submissions.seal(ledger, runId));
    }

    /** Changes the priority of a job that has not started; false if it has, or if there is none. */
    public boolean prioritise(long jobId, int priority) {
        return inTransaction((handle, ledger, wakeups) -> Submissions.prioritise(handle, jobId, priority));
    }

    /** Starts a held run; false if it was not held. */
    public boolean release(long runId) {
        return inTransaction((handle, ledger, wakeups) -> submissions.release(ledger, handle, runId));
    }

    /** Cancels what has not ended of a run; false if all of it had. Running jobs end a little later. */
    public boolean cancelRun(long runId) {
        return stopRun(runId, StopReason.CANCEL);
    }

    /** Cancels one job, and skips those that depend on it; false if it had ended. */
    public boolean cancelJob(long jobId) {
        return inTransaction((handle, ledger, wakeups) -> Stops.job(ledger, handle, wakeups, jobId));
    }

    /** Sets a tenant's share of the runners (100 by default). */
    public void share(String tenant, int shares) {
        database.write(handle -> handle.createUpdate("""
                        insert into tenant (name, shares) values (:name, :shares)
                        on conflict (name) do update set shares = excluded.shares
                        """)
                .bind("name", tenant)
                .bind("shares", shares)
                .execute());
        claims.refresh();
    }

    /** All that happens, in order. */
    public EventFeed events() {
        return feed;
    }

    /** Hears what is notified on a channel of the database, from {@link #start} on; {@code listener} only wakes somebody. */
    public void hear(String channel, NotificationListener listener) {
        announcer.subscribe(channel, listener);
    }

    // ---- what runners do

    /** Introduces a runner. Whatever an earlier session of the same runner held is lost at once. */
    public RunnerSession register(RunnerInfo runner) {
        RunnerSession session = runners.register(runner);
        sweeper.sweep();
        return session;
    }

    /** A runner leaves in good order. */
    public void leave(RunnerSession session) {
        stopListeners.remove(session.runner().id());
        runners.leave(session);
        sweeper.sweep();
    }

    /**
     * Claims up to {@code most} jobs, waiting for the first until {@code longest} has passed.
     *
     * @return the leases, empty when there was nothing
     */
    public List<Lease> claim(RunnerSession session, int most, Duration longest) throws InterruptedException {
        return claims.claim(session, most, longest);
    }

    /** A runner's sign of life, due every 5 s. */
    public Beat beat(RunnerSession session) {
        return runners.beat(session);
    }

    /** Calls {@code listener} as soon as an attempt of this runner is to be stopped: the next beat says which. */
    public void onStop(RunnerSession session, Runnable listener) {
        stopListeners.put(session.runner().id(), listener);
    }

    /** The snapshots that this runner must keep; a runner that starts throws all others away. */
    public List<String> snapshots(RunnerSession session) {
        return runners.snapshots(session.runner().id());
    }

    /** The runner has thrown these snapshots away. */
    public void snapshotsReleased(RunnerSession session, List<String> snapshots) {
        runners.released(session.runner().id(), snapshots);
    }

    /** The attempt's first command is about to run: only after {@code ACCEPTED} may it (invariant 2). */
    public Verdict started(AttemptRef ref) {
        return starts.submit(ref);
    }

    public Verdict stepChanged(StepChange change) {
        return steps.submit(change);
    }

    public Verdict artifactAdded(NewArtifact artifact) {
        return inTransaction((handle, ledger, wakeups) -> StepChanges.artifact(ledger, handle, artifact));
    }

    /** Ends an attempt; its job ends, or gets another attempt, and its dependents go on. */
    public Verdict finish(AttemptResult result) {
        return finishes.submit(result);
    }

    /** Whether the attempt still has its lease: the fence for writes that are not rows, such as log bytes. */
    public boolean holdsLease(AttemptRef ref) {
        return database.read(handle -> handle.createQuery(
                                "select count(*) from lease where job_id = :job and attempt = :attempt")
                        .bind("job", ref.jobId())
                        .bind("attempt", ref.attempt())
                        .mapTo(Long.class)
                        .one())
                > 0;
    }

    // ---- inside the engine

    boolean stopRun(long runId, StopReason reason) {
        return inTransaction((handle, ledger, wakeups) -> Stops.run(ledger, handle, wakeups, runId, reason));
    }

    /** One pass of what time brings about; tests call it after moving their clock. */
    void sweep() {
        sweeper.sweep();
        claims.refresh();
    }

    <T> T inTransaction(Work<T> work) {
        // A transaction that is repeated after a serialization failure starts with empty hands.
        var last = new Wakeups[1];
        T answer = database.write(handle -> {
            var wakeups = new Wakeups();
            var ledger = new Ledger(handle, clock.instant(), wakeups);
            T result = work.run(handle, ledger, wakeups);
            ledger.close();
            last[0] = wakeups;
            return result;
        });
        wake(requireNonNull(last[0], "the transaction did not run"));
        return answer;
    }

    private void wake(Wakeups wakeups) {
        heard(wakeups);
        announcer.announce(wakeups);
    }

    private void heard(Wakeups wakeups) {
        backlog.filled(wakeups.lanes());
        if (wakeups.hasEvents()) {
            feed.nudge();
        }
        for (UUID runner : wakeups.runners()) {
            Runnable listener = stopListeners.get(runner);
            if (listener != null) {
                listener.run();
            }
        }
    }

    @Override
    public void close() {
        heartbeat.close();
        announcer.close();
        feed.close();
        backlog.nudge();
    }

    /** A plan, and what its dialect writes with it. */
    private record Submission(Plan plan, BiConsumer<Handle, SubmittedRun> also) {}

    /** Something done inside one transaction of the engine. */
    @FunctionalInterface
    interface Work<T> {
        T run(Handle handle, Ledger ledger, Wakeups wakeups);
    }
}
