package dev.trivet.srht;

import dev.trivet.blobs.BlobRef;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.StepState;
import dev.trivet.engine.AttemptResult;
import dev.trivet.engine.Lease;
import dev.trivet.engine.NewArtifact;
import dev.trivet.engine.RunnerInfo;
import dev.trivet.engine.RunnerSession;
import dev.trivet.engine.StepChange;
import dev.trivet.logs.LogKey;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.UUID;

/** Does by hand what a runner does, over the same calls. */
final class TestRunner {
    private final TestServer server;
    private final RunnerSession session;
    private final Deque<Lease> claimed = new ArrayDeque<>();

    TestRunner(TestServer server) {
        this.server = server;
        this.session = server.engine.register(new RunnerInfo(UUID.randomUUID(), "runner-1", Set.of(), Set.of(), 1000));
    }

    /** Claims until it has this job; others that come along are put aside. */
    Lease claim(Job job) throws InterruptedException {
        long end = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < end) {
            claimed.addAll(server.engine.claim(session, 100, Duration.ofMillis(200)));
            for (Lease lease : claimed) {
                if (lease.ref().jobId() == job.engineJob()) {
                    claimed.remove(lease);
                    return lease;
                }
            }
        }
        throw new AssertionError("job " + job.id() + " cannot be claimed, it is "
                + server.job(job.id()).state());
    }

    Lease start(Job job) throws InterruptedException {
        Lease lease = claim(job);
        server.engine.started(lease.ref());
        step(lease, 0, StepState.RUNNING);
        return lease;
    }

    void step(Lease lease, int number, StepState state) {
        server.engine.stepChanged(new StepChange(lease.ref(), number, state, state == StepState.FAILED ? 1 : null));
    }

    void log(Lease lease, int number, String text) throws Exception {
        var key = new LogKey(lease.ref().jobId(), number);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        server.logs.append(key, server.logs.size(key), bytes, 0, bytes.length);
    }

    void artifact(Lease lease, String path, byte[] bytes) throws Exception {
        BlobRef blob = server.blobs.put(new ByteArrayInputStream(bytes), 1 << 20);
        String name = path.substring(path.lastIndexOf('/') + 1);
        server.engine.artifactAdded(new NewArtifact(lease.ref(), path, name, blob.size(), blob.sha256()));
    }

    void finish(Lease lease, JobEvent event) {
        Outcome outcome = event == JobEvent.PASS ? Outcome.PASSED : Outcome.of(Reason.EXIT_CODE, "ended by the test");
        server.engine.finish(new AttemptResult(lease.ref(), event, outcome, null));
    }
}
