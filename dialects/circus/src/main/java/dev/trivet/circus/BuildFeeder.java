package dev.trivet.circus;

import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.PlanException;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.engine.Engine;
import dev.trivet.store.Database;
import dev.trivet.store.RunStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds the builds of one evaluation to its run while it goes on, in the order in which they were found: the engine takes longer for a job than
 * it takes to write down what was found, and building begins with the first ones all the same. What a crash leaves is added afterwards.
 */
final class BuildFeeder {
    private static final Logger log = LoggerFactory.getLogger(BuildFeeder.class);
    private static final int BATCH = 500;
    /** How many times as long as a batch takes it pauses after one, while more is found. */
    private static final int RESTS = 8;

    private final Engine engine;
    private final RunStore runs;
    private final CircusPlanner planner;
    private final BuildStore builds;
    private final BuilderStore builders;
    private final RunningEvaluation evaluation;
    private final InstantSource clock;
    private final Semaphore news = new Semaphore(0);
    /** The last one that was looked at. */
    private BuildStore.@Nullable Unsent fed;

    private final CompletableFuture<Void> end;
    private volatile boolean abandoned;
    /** Opens when no more builds come. */
    private final CountDownLatch complete = new CountDownLatch(1);

    /** Begins. */
    BuildFeeder(
            Database database,
            Engine engine,
            RunStore runs,
            CircusPlanner planner,
            RunningEvaluation evaluation,
            InstantSource clock) {
        this.engine = Objects.requireNonNull(engine, "engine is null");
        this.runs = Objects.requireNonNull(runs, "runs is null");
        this.planner = Objects.requireNonNull(planner, "planner is null");
        this.builds = new BuildStore(database);
        this.builders = new BuilderStore(database);
        this.evaluation = Objects.requireNonNull(evaluation, "evaluation is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.end = CompletableFuture.runAsync(
                this::run,
                task -> Thread.ofVirtual()
                        .name("circus-builds-" + evaluation.id())
                        .start(task));
    }

    /** There are new builds. */
    void wake() {
        news.release();
    }

    /**
     * Waits until everything is fed that is there now.
     *
     * @throws RuntimeException what kept it from that
     */
    void finish() {
        complete.countDown();
        wake();
        try {
            end.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    /** Ends without feeding what there is: another server does. */
    void abandon() {
        abandoned = true;
        finish();
    }

    private void run() {
        boolean more = true;
        while (more) {
            news.acquireUninterruptibly();
            news.drainPermits();
            more = complete.getCount() > 0;
            try {
                long begun = System.nanoTime();
                while (!abandoned && feed()) {
                    rest(System.nanoTime() - begun);
                    begun = System.nanoTime();
                }
            } catch (PlanException canceled) {
                if (canceled.problem() != PlanException.Problem.RUN_ENDED) {
                    throw canceled;
                }
                log.debug("the run of evaluation {} has ended", evaluation.id(), canceled);
                builds.cancelUnsent(evaluation.id(), clock.instant());
            }
        }
    }

    /** Lets what was fed begin, which needs the same run, and what is found be written down. */
    private void rest(long nanos) {
        try {
            if (complete.getCount() == 0) {
                TimeUnit.NANOSECONDS.sleep(nanos);
            } else {
                boolean _ = complete.await(nanos * RESTS, TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One batch; false if there was none. */
    private boolean feed() {
        List<BuildStore.Unsent> next = builds.next(evaluation.id(), fed, BATCH);
        if (next.isEmpty()) {
            return false;
        }
        var machines = new BuilderLines(builders.usable(clock.instant()));
        Map<UUID, PlannedJob> jobs = new LinkedHashMap<>();
        next.stream()
                .filter(BuildStore.Unsent::waits)
                .forEach(build -> jobs.put(build.id(), planner.build(build.wish(), machines)));
        if (jobs.isEmpty()) {
            fed = next.getLast();
            return true;
        }
        List<BuildStore.Need> needs = builds.needs(jobs.keySet());
        Set<String> named = new HashSet<>();
        jobs.values().forEach(job -> named.add(job.key()));
        needs.forEach(need -> named.add(CircusPlanner.key(need.jobName())));
        Set<String> known = runs.keys(evaluation.runId(), named);
        // Those were restarted meanwhile, and get a run of their own.
        jobs.values().removeIf(job -> known.contains(job.key()));
        Set<String> there = new HashSet<>(known);
        jobs.values().forEach(job -> there.add(job.key()));
        List<Edge> edges = new ArrayList<>();
        for (BuildStore.Need need : needs) {
            PlannedJob job = jobs.get(need.build());
            String needed = CircusPlanner.key(need.jobName());
            if (job != null && there.contains(needed)) {
                edges.add(Edge.dependsOn(needed, job.key()));
            }
        }
        if (!jobs.isEmpty()) {
            grow(jobs, edges);
        }
        fed = next.getLast();
        return true;
    }

    private void grow(Map<UUID, PlannedJob> jobs, List<Edge> edges) {
        Set<UUID> taken = new HashSet<>();
        var grown = engine.grow(evaluation.runId(), List.copyOf(jobs.values()), edges, (handle, run) -> {
            Map<UUID, Long> ids = new HashMap<>();
            jobs.forEach((id, job) -> ids.put(id, job(run.jobIds(), job)));
            taken.clear();
            taken.addAll(BuildStore.sent(handle, ids));
        });
        // Somebody may have canceled or deleted some meanwhile.
        jobs.forEach((id, job) -> {
            if (!taken.contains(id)) {
                engine.cancelJob(job(grown.jobIds(), job));
            }
        });
    }

    private static long job(Map<String, Long> ids, PlannedJob job) {
        @Nullable Long id = ids.get(job.key());
        return Objects.requireNonNull(id, "a job that was not made");
    }
}
