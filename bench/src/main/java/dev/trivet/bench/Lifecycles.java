package dev.trivet.bench;

import dev.trivet.engine.Engine;
import dev.trivet.engine.Lease;
import dev.trivet.engine.RunnerSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Clients, one for each runner, that submit a job, claim one, start it and finish it, over and over. */
final class Lifecycles {
    private static final Duration WAIT = Duration.ofSeconds(5);

    private final Engine engine;
    private final List<RunnerSession> runners;

    Lifecycles(Engine engine, List<RunnerSession> runners) {
        this.engine = engine;
        this.runners = List.copyOf(runners);
    }

    /** Works for some seconds; how many lifecycles were completed per second. */
    double perSecond(int seconds) throws Exception {
        long begun = System.nanoTime();
        long end = begun + Duration.ofSeconds(seconds).toNanos();
        long done = 0;
        try (ExecutorService pool =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            var clients = new ArrayList<Callable<Long>>();
            runners.forEach(runner -> clients.add(() -> work(runner, end)));
            for (Future<Long> client : pool.invokeAll(clients)) {
                done += client.get();
            }
        }
        return done * 1e9 / (System.nanoTime() - begun);
    }

    private long work(RunnerSession runner, long end) throws InterruptedException {
        long done = 0;
        while (System.nanoTime() < end) {
            engine.submit(NoOpJobs.plan("bench"));
            List<Lease> leases = engine.claim(runner, 1, WAIT);
            for (Lease lease : leases) {
                NoOpJobs.start(engine, lease);
                NoOpJobs.pass(engine, lease);
                done++;
            }
        }
        return done;
    }
}
