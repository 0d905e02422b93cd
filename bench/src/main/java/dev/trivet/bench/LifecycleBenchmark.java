package dev.trivet.bench;

import dev.trivet.core.json.Json;
import dev.trivet.engine.Engine;
import dev.trivet.engine.EngineConfig;
import dev.trivet.engine.RunnerSession;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/** Full durable lifecycles of jobs against pgbench on the same database. */
final class LifecycleBenchmark implements Benchmark {
    private static final int ROUNDS = 2;
    private static final double HALF = 0.5;

    @Override
    public String name() {
        return "lifecycles";
    }

    @Override
    public String description() {
        return "jobs submitted, claimed, started and finished per second, against pgbench writing the same rows";
    }

    @Override
    public Table run(Sizes sizes, Scratch scratch) throws Exception {
        int seconds = sizes.of("seconds", 5);
        int clients = sizes.of("clients", 16);
        try (ScratchDatabase database = ScratchDatabase.start(scratch);
                var engine = new Engine(database.database(), Clock.systemUTC(), EngineConfig.DEFAULT)) {
            engine.start();
            var pgbench = Pgbench.on(database, scratch.directory("pgbench"));
            List<RunnerSession> runners = Stream.generate(() -> NoOpJobs.runner(engine, 1))
                    .limit(clients)
                    .toList();
            try (Beats _ = Beats.of(engine, runners)) {
                // One client first: the lane and the plans of the statements are there before the crowd comes.
                new Lifecycles(engine, runners.subList(0, 1)).perSecond(1);
                var lifecycles = new Lifecycles(engine, runners);
                lifecycles.perSecond(seconds); // for the compiler
                double ours = 0;
                double same = 0;
                for (int round = 0; round < ROUNDS; round++) {
                    ours += lifecycles.perSecond(seconds) / ROUNDS;
                    same += pgbench.perSecond(PgbenchScript.sameRows(Json.write(NoOpJobs.SPEC)), clients, seconds)
                            / ROUNDS;
                }
                double bare = pgbench.perSecond(PgbenchScript.BARE_QUEUE, clients, seconds);
                return new Table()
                        .against("lifecycles, pgbench writing the same rows", ours, "/s", same, Budget.atLeast(HALF))
                        .against("lifecycles, pgbench on a bare queue of one table", ours, "/s", bare, Budget.NONE);
            }
        }
    }
}
