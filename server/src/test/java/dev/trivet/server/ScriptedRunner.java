package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.plan.NixSpec;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.StepState;
import dev.trivet.engine.AttemptRef;
import dev.trivet.engine.AttemptResult;
import dev.trivet.engine.Lease;
import dev.trivet.engine.StepChange;
import dev.trivet.engine.Verdict;
import dev.trivet.runner.HostReadings;
import dev.trivet.runner.HttpLink;
import dev.trivet.runner.Wire;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A runner that says what a test wants, over real HTTP. It says that it has Nix. */
final class ScriptedRunner implements AutoCloseable {
    private static final long MOST = 1L << 30;

    private final HttpLink link;
    private final Map<AttemptRef, Long> offsets = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    ScriptedRunner(URI server, String token, Path directory) {
        link = new HttpLink(
                server,
                token,
                new Wire.Hello(
                        Wire.PROTOCOL,
                        UUID.randomUUID(),
                        "scripted",
                        "host",
                        Set.of("x86_64-linux"),
                        Set.of(),
                        Set.of(NixSpec.REQUIREMENT, "store:test"),
                        Set.of(),
                        100,
                        1,
                        1),
                new HostReadings(directory));
        link.register();
        Thread.ofVirtual().start(() -> {
            try {
                while (!closed.await(1, TimeUnit.SECONDS)) {
                    link.beat();
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** The next job, begun. */
    Lease claim() throws Exception {
        List<Lease> leases = List.of();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (leases.isEmpty()) {
            assertThat(System.nanoTime()).as("waiting for a job").isLessThan(deadline);
            leases = link.claim(1, Duration.ofSeconds(5));
        }
        Lease lease = leases.getFirst();
        assertThat(link.started(lease.ref())).isEqualTo(Verdict.ACCEPTED);
        assertThat(link.stepChanged(new StepChange(lease.ref(), NixSpec.OUTPUT, StepState.RUNNING, null)))
                .isEqualTo(Verdict.ACCEPTED);
        offsets.put(lease.ref(), link.logSize(lease.ref(), NixSpec.RESULTS));
        return lease;
    }

    /** Says something to programs; with a line end, or without. */
    void say(Lease lease, String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        offsets.put(
                lease.ref(),
                link.appendLog(
                        lease.ref(),
                        NixSpec.RESULTS,
                        offsets.getOrDefault(lease.ref(), 0L),
                        bytes,
                        0,
                        bytes.length,
                        MOST));
    }

    void pass(Lease lease) {
        assertThat(link.finish(new AttemptResult(lease.ref(), JobEvent.PASS, Outcome.PASSED, null)))
                .isEqualTo(Verdict.ACCEPTED);
    }

    void finish(Lease lease, JobEvent event, Outcome outcome) {
        assertThat(link.finish(new AttemptResult(lease.ref(), event, outcome, null)))
                .isEqualTo(Verdict.ACCEPTED);
    }

    /** Says nothing any more. */
    void fallSilent() {
        closed.countDown();
    }

    @Override
    public void close() {
        closed.countDown();
        link.leave();
    }
}
