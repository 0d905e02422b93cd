package dev.trivet.harmont;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.plan.StepSpec;
import dev.trivet.core.state.JobEvent;
import dev.trivet.engine.AttemptResult;
import dev.trivet.engine.Engine;
import dev.trivet.engine.Lease;
import dev.trivet.engine.NewArtifact;
import dev.trivet.engine.RunnerInfo;
import dev.trivet.engine.RunnerSession;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A runner without sandboxes: it renders what it is told and passes every other job, but for those that it is told to fail. */
final class HandRunner implements AutoCloseable {
    private final Engine engine;
    private final BlobStore blobs;
    private final RunnerSession session;
    private final Thread thread = Thread.ofVirtual().unstarted(this::work);
    /** What rendering gives, by pipeline; the registry has the empty name. */
    final Map<String, String> definitions = new ConcurrentHashMap<>();

    final Set<String> failing = ConcurrentHashMap.newKeySet();

    HandRunner(Engine engine, BlobStore blobs) {
        this.engine = engine;
        this.blobs = blobs;
        this.session = engine.register(new RunnerInfo(UUID.randomUUID(), "hand", Set.of(), Set.of(), 8));
        thread.start();
    }

    private void work() {
        try {
            while (true) {
                for (Lease lease : engine.claim(session, 8, Duration.ofMillis(200))) {
                    execute(lease);
                }
                engine.beat(session);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void execute(Lease lease) throws IOException {
        engine.started(lease.ref());
        List<String> results = lease.spec().artifacts().paths();
        boolean good = !failing.contains(lease.name());
        if (results.contains(RenderPlan.DEFINITION)) {
            StepSpec last = lease.spec().steps().getLast();
            String name = last.name().equals("render") ? last.command().get(4) : "";
            String text = definitions.get(name);
            good = text != null;
            if (text != null) {
                artifact(lease, RenderPlan.DEFINITION, text.getBytes(StandardCharsets.UTF_8));
            }
            if (results.contains(RenderPlan.ARCHIVE)) {
                artifact(lease, RenderPlan.ARCHIVE, emptyArchive());
            }
        }
        engine.finish(
                good
                        ? new AttemptResult(lease.ref(), JobEvent.PASS, Outcome.PASSED, null)
                        : new AttemptResult(
                                lease.ref(),
                                JobEvent.FAIL,
                                new Outcome(Reason.EXIT_CODE, 1, "exited with 1", "x"),
                                null));
    }

    private void artifact(Lease lease, String path, byte[] bytes) throws IOException {
        BlobRef blob = blobs.put(new ByteArrayInputStream(bytes), bytes.length);
        String name = path.substring(path.lastIndexOf('/') + 1);
        engine.artifactAdded(new NewArtifact(lease.ref(), path, name, blob.size(), blob.sha256()));
    }

    private static byte[] emptyArchive() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            tar.finish();
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
