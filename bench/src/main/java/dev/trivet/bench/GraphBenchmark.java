package dev.trivet.bench;

import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.engine.Engine;
import dev.trivet.engine.EngineConfig;
import dev.trivet.engine.Lease;
import dev.trivet.engine.RunnerSession;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A graph of jobs that take no time, from its submission to its end, against the chain of its longest path alone. */
final class GraphBenchmark implements Benchmark {
    private static final int ROUNDS = 3;
    private static final Duration WAIT = Duration.ofMillis(500);

    @Override
    public String name() {
        return "graph";
    }

    @Override
    public String description() {
        return "a graph of jobs that take no time, submitted until ended, against its critical path alone";
    }

    @Override
    public Table run(Sizes sizes, Scratch scratch) throws Exception {
        int jobs = sizes.of("jobs", 1000);
        int layers = sizes.of("layers", 50);
        int large = sizes.of("large", 10_000);
        int runners = sizes.of("runners", 16);
        try (ScratchDatabase database = ScratchDatabase.start(scratch);
                var engine = new Engine(database.database(), Clock.systemUTC(), EngineConfig.DEFAULT)) {
            engine.start();
            List<RunnerSession> sessions = Stream.generate(() -> NoOpJobs.runner(engine, 1))
                    .limit(runners)
                    .toList();
            try (Beats _ = Beats.of(engine, sessions)) {
                double graph = Double.MAX_VALUE;
                double chain = Double.MAX_VALUE;
                for (int round = 0; round < ROUNDS; round++) {
                    graph = Math.min(graph, millis(engine, sessions, graph(jobs, layers)));
                    chain = Math.min(chain, millis(engine, sessions.subList(0, 1), graph(layers, layers)));
                }
                long begun = System.nanoTime();
                engine.submit(graph(large, Math.max(1, large / 100)));
                double accepted = (System.nanoTime() - begun) / 1e6;
                return new Table()
                        .against(
                                String.format(
                                        "%,d jobs in %d layers, %d runners, against a chain of %d",
                                        jobs, layers, runners, layers),
                                graph,
                                "ms",
                                chain,
                                Budget.NONE)
                        .value("each of its jobs", graph / jobs, "ms", Budget.NONE)
                        .value(String.format("%,d jobs accepted", large), accepted, "ms", Budget.atMost(2000));
            }
        }
    }

    /** Layers of the same width; each job waits for two of the layer before. */
    private static Plan graph(int jobs, int layers) {
        var random = new Random(1);
        int width = jobs / layers;
        List<PlannedJob> planned = new ArrayList<>();
        List<Edge> edges = new ArrayList<>();
        for (int number = 0; number < layers * width; number++) {
            String key = "job-" + number;
            planned.add(PlannedJob.of(key, NoOpJobs.SPEC));
            int layer = number / width;
            for (int edge = 0; edge < 2 && layer > 0; edge++) {
                edges.add(Edge.dependsOn("job-" + ((layer - 1) * width + random.nextInt(width)), key));
            }
        }
        return Plan.of("bench", "graph", "a graph", planned, edges);
    }

    private static double millis(Engine engine, List<RunnerSession> sessions, Plan plan) throws Exception {
        var left = new AtomicInteger(plan.jobs().size());
        long begun = System.nanoTime();
        engine.submit(plan);
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> workers = new ArrayList<>();
            sessions.forEach(session -> workers.add(() -> work(engine, session, left)));
            for (Future<Integer> worker : pool.invokeAll(workers)) {
                worker.get();
            }
        }
        return (System.nanoTime() - begun) / 1e6;
    }

    private static int work(Engine engine, RunnerSession session, AtomicInteger left) throws InterruptedException {
        int done = 0;
        while (left.get() > 0) {
            for (Lease lease : engine.claim(session, 1, left.get() > 1 ? WAIT : Duration.ofMillis(5))) {
                NoOpJobs.start(engine, lease);
                NoOpJobs.pass(engine, lease);
                left.decrementAndGet();
                done++;
            }
        }
        return done;
    }
}
