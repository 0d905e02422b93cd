package dev.trivet.bench;

import dev.trivet.engine.Engine;
import dev.trivet.engine.Lease;
import dev.trivet.engine.RunnerSession;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;

/** A runner with nothing to do that waits in a claim, and somebody who submits a job now and then. */
final class IdleRunner {
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final int PAUSE_MILLIS = 5;

    private final Engine engine;
    private final RunnerSession runner;

    IdleRunner(Engine engine, RunnerSession runner) {
        this.engine = engine;
        this.runner = runner;
    }

    /** One job after another, each submitted when the runner waits again; from the return of its submission. */
    Latencies measure(int samples) throws InterruptedException, ExecutionException {
        long[] leased = new long[samples];
        long[] running = new long[samples];
        var ended = new SynchronousQueue<Integer>();
        long[] ready = new long[samples];
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> working = pool.submit(() -> {
                for (int sample = 0; sample < samples; sample++) {
                    Lease lease = claim();
                    leased[sample] = System.nanoTime();
                    NoOpJobs.start(engine, lease);
                    running[sample] = System.nanoTime();
                    NoOpJobs.pass(engine, lease);
                    ended.put(sample);
                }
                return samples;
            });
            for (int sample = 0; sample < samples; sample++) {
                Thread.sleep(PAUSE_MILLIS); // the runner is back in its claim
                engine.submit(NoOpJobs.plan("idle"));
                ready[sample] = System.nanoTime();
                ended.take();
            }
            working.get();
        }
        for (int sample = 0; sample < samples; sample++) {
            leased[sample] = Math.max(0, leased[sample] - ready[sample]);
            running[sample] = Math.max(0, running[sample] - ready[sample]);
        }
        return new Latencies(Percentiles.of(leased), Percentiles.of(running));
    }

    private Lease claim() throws InterruptedException {
        while (true) {
            List<Lease> leases = engine.claim(runner, 1, WAIT);
            if (!leases.isEmpty()) {
                return leases.getFirst();
            }
        }
    }

    /** From ready to each of the two states. */
    record Latencies(Percentiles leased, Percentiles running) {}
}
