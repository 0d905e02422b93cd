package dev.trivet.bench;

import dev.trivet.engine.Engine;
import dev.trivet.engine.EngineConfig;
import dev.trivet.engine.RunnerSession;
import java.time.Clock;
import java.util.List;

/** How fast an idle runner gets a job, with and without a large backlog of jobs that it cannot run. */
final class ClaimBenchmark implements Benchmark {
    private static final double P50_MILLIS = 5;
    private static final double P99_MILLIS = 20;
    private static final double SAME = 1.2;
    private static final int WARM_UP = 500;

    @Override
    public String name() {
        return "claim";
    }

    @Override
    public String description() {
        return "a job is ready until an idle runner has started it, with a large backlog against an empty queue";
    }

    @Override
    public Table run(Sizes sizes, Scratch scratch) throws Exception {
        int samples = sizes.of("samples", 1000);
        int backlog = sizes.of("backlog", 200_000);
        try (ScratchDatabase database = ScratchDatabase.start(scratch);
                var engine = new Engine(database.database(), Clock.systemUTC(), EngineConfig.DEFAULT)) {
            engine.start();
            RunnerSession runner = NoOpJobs.runner(engine, 1);
            try (Beats _ = Beats.of(engine, List.of(runner))) {
                var idle = new IdleRunner(engine, runner);
                idle.measure(Math.min(samples, WARM_UP));
                IdleRunner.Latencies empty = idle.measure(samples);
                QueuedJobs.fill(database.database(), engine, backlog);
                idle.measure(Math.min(samples, WARM_UP));
                IdleRunner.Latencies full = idle.measure(samples);
                return table(empty, full, backlog);
            }
        }
    }

    private static Table table(IdleRunner.Latencies empty, IdleRunner.Latencies full, int backlog) {
        String with = String.format(" with %,d jobs queued", backlog);
        return new Table()
                .value("ready → leased, queue empty, p50", empty.leased().p50(), "ms", Budget.NONE)
                .value("ready → running, queue empty, p50", empty.running().p50(), "ms", Budget.atMost(P50_MILLIS))
                .value("ready → running, queue empty, p99", empty.running().p99(), "ms", Budget.atMost(P99_MILLIS))
                .value("ready → running," + with + ", p50", full.running().p50(), "ms", Budget.atMost(P50_MILLIS))
                .value("ready → running," + with + ", p99", full.running().p99(), "ms", Budget.atMost(P99_MILLIS))
                .against(
                        "ready → running, p50," + with + " against empty",
                        full.running().p50(),
                        "ms",
                        empty.running().p50(),
                        Budget.atMost(SAME));
    }
}
