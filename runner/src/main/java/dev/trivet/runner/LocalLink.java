package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import dev.trivet.engine.AttemptRef;
import dev.trivet.engine.AttemptResult;
import dev.trivet.engine.Beat;
import dev.trivet.engine.Engine;
import dev.trivet.engine.Lease;
import dev.trivet.engine.NewArtifact;
import dev.trivet.engine.RunnerInfo;
import dev.trivet.engine.RunnerSession;
import dev.trivet.engine.StepChange;
import dev.trivet.engine.Verdict;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStatus;
import dev.trivet.logs.LogStore;
import dev.trivet.store.DatabaseUnavailableException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The link of a runner in the server's own process. */
public final class LocalLink implements ServerLink {
    private final Engine engine;
    private final LogStore logs;
    private final BlobStore blobs;
    private final RunnerInfo runner;
    private volatile @Nullable RunnerSession session;

    public LocalLink(Engine engine, LogStore logs, BlobStore blobs, RunnerInfo runner) {
        this.engine = requireNonNull(engine, "engine is null");
        this.logs = requireNonNull(logs, "logs is null");
        this.blobs = requireNonNull(blobs, "blobs is null");
        this.runner = requireNonNull(runner, "runner is null");
    }

    @Override
    public void register() {
        session = reaching(() -> engine.register(runner));
    }

    @Override
    public void leave() {
        reaching(() -> {
            engine.leave(session());
            return Verdict.ACCEPTED;
        });
    }

    @Override
    public List<Lease> claim(int most, Duration longest) throws InterruptedException {
        try {
            return engine.claim(session(), most, longest);
        } catch (DatabaseUnavailableException unavailable) {
            throw away(unavailable);
        }
    }

    @Override
    public Beat beat() {
        return reaching(() -> engine.beat(session()));
    }

    @Override
    public void onStop(Runnable listener) {
        engine.onStop(session(), listener);
    }

    @Override
    public List<String> snapshots() {
        return reaching(() -> engine.snapshots(session()));
    }

    @Override
    public void snapshotsReleased(List<String> snapshots) {
        reaching(() -> {
            engine.snapshotsReleased(session(), snapshots);
            return Verdict.ACCEPTED;
        });
    }

    @Override
    public Verdict started(AttemptRef ref) {
        return reaching(() -> engine.started(ref));
    }

    @Override
    public Verdict stepChanged(StepChange change) {
        return reaching(() -> engine.stepChanged(change));
    }

    @Override
    public long logSize(AttemptRef ref, int step) throws IOException {
        var key = new LogKey(ref.jobId(), step);
        LogStatus status = logs.status(key);
        if (status.closed()) {
            logs.reopen(key);
        }
        return logs.status(key).received();
    }

    @Override
    public long appendLog(AttemptRef ref, int step, long offset, byte[] bytes, int from, int length, long maxBytes)
            throws IOException {
        var key = new LogKey(ref.jobId(), step);
        return maxBytes > 0
                ? logs.append(key, offset, bytes, from, length, maxBytes).end()
                : logs.append(key, offset, bytes, from, length).end();
    }

    @Override
    public Verdict artifact(AttemptRef ref, String path, String name, InputStream content, long maxBytes)
            throws IOException {
        BlobRef blob = blobs.put(content, maxBytes);
        return reaching(() -> engine.artifactAdded(new NewArtifact(ref, path, name, blob.size(), blob.sha256())));
    }

    @Override
    public InputStream blob(String sha256) throws IOException {
        BlobRef ref = blobs.find(sha256)
                .orElseThrow(() -> new FileNotFoundException("blob " + sha256 + " is not stored any more"));
        return blobs.openVerified(ref);
    }

    @Override
    public Verdict finish(AttemptResult result) {
        return reaching(() -> engine.finish(result));
    }

    private RunnerSession session() {
        return requireNonNull(session, "the runner has not registered");
    }

    private static <T> T reaching(Supplier<T> call) {
        try {
            return call.get();
        } catch (DatabaseUnavailableException unavailable) {
            throw away(unavailable);
        }
    }

    private static LinkUnavailableException away(DatabaseUnavailableException cause) {
        return new LinkUnavailableException("the database is not available", cause);
    }
}
