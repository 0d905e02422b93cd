package dev.trivet.server;

import static java.util.Objects.requireNonNull;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStorageFullException;
import dev.trivet.blobs.BlobStore;
import dev.trivet.blobs.BlobTooLargeException;
import dev.trivet.core.plan.JobSpec;
import dev.trivet.engine.AttemptRef;
import dev.trivet.engine.AttemptResult;
import dev.trivet.engine.Engine;
import dev.trivet.engine.NewArtifact;
import dev.trivet.engine.RemoteRunners;
import dev.trivet.engine.RunnerSession;
import dev.trivet.engine.StepChange;
import dev.trivet.engine.Verdict;
import dev.trivet.http.Access;
import dev.trivet.http.BlobSource;
import dev.trivet.http.HttpException;
import dev.trivet.http.Problem;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.logs.LogException;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStatus;
import dev.trivet.logs.LogStorageFullException;
import dev.trivet.logs.LogStore;
import dev.trivet.runner.Wire;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a remote runner says of one attempt. Each request names session, job and attempt; unless that session has the lease of that attempt,
 * nothing is changed and nothing is given away.
 */
final class AttemptRoutes {
    private static final String ATTEMPT = RunnerRoutes.SESSION + "/jobs/{job}/{attempt}";
    private static final long LARGEST_ARTIFACT = 1L << 40;
    private static final long SMALL_BODY = 64 << 10;
    private static final int LONGEST_TEXT = 10_000;

    private final Engine engine;
    private final RemoteRunners runners;
    private final LogStore logs;
    private final BlobStore blobs;

    AttemptRoutes(Engine engine, RemoteRunners runners, LogStore logs, BlobStore blobs) {
        this.engine = requireNonNull(engine, "engine is null");
        this.runners = requireNonNull(runners, "runners is null");
        this.logs = requireNonNull(logs, "logs is null");
        this.blobs = requireNonNull(blobs, "blobs is null");
    }

    List<Route> routes() {
        return List.of(
                Route.post(ATTEMPT + "/started", Access.RUNNER, this::started).withBodyLimit(1024),
                Route.post(ATTEMPT + "/steps", Access.RUNNER, this::stepChanged).withBodyLimit(1024),
                Route.get(ATTEMPT + "/logs/{step}", Access.RUNNER, this::logSize),
                Route.post(ATTEMPT + "/logs/{step}", Access.RUNNER, this::append)
                        .withBodyLimit(Wire.MOST_LOG_BYTES),
                Route.put(ATTEMPT + "/artifacts", Access.RUNNER, this::artifact).withBodyLimit(LARGEST_ARTIFACT),
                Route.post(ATTEMPT + "/finish", Access.RUNNER, this::finish).withBodyLimit(SMALL_BODY),
                Route.get(RunnerRoutes.SESSION + "/blobs/{sha256}", Access.RUNNER, this::blob));
    }

    private Response started(Request request) {
        AttemptRef ref = ref(request);
        return answer(holds(request, ref, 0) ? engine.started(ref) : Verdict.STALE);
    }

    private Response stepChanged(Request request) throws IOException {
        AttemptRef ref = ref(request);
        Wire.Step step = request.json(Wire.Step.class);
        if (step.state() == null) {
            throw HttpException.field("state", "state should be that of a step, such as RUNNING");
        }
        return answer(
                holds(request, ref, step.number())
                        ? engine.stepChanged(new StepChange(ref, step.number(), step.state(), step.exitCode()))
                        : Verdict.STALE);
    }

    private Response logSize(Request request) throws IOException {
        LogKey key = log(request);
        LogStatus status = logs.status(key);
        if (status.closed()) {
            logs.reopen(key);
            status = logs.status(key);
        }
        return RunnerRoutes.json(new Wire.LogEnd(status.received()));
    }

    private Response append(Request request) throws IOException {
        long offset = request.query()
                .number("offset", 0, Long.MAX_VALUE >> 1)
                .orElseThrow(() -> HttpException.field("offset", "offset should say where the bytes stand in the log"));
        LogKey key = log(request);
        byte[] bytes = request.bytes();
        try {
            return RunnerRoutes.json(new Wire.LogEnd(
                    logs.append(key, offset, bytes, 0, bytes.length).end()));
        } catch (LogStorageFullException full) {
            throw HttpException.of(Problem.Kind.NO_ROOM, "there is no room for the log: " + full.getMessage());
        } catch (LogException refused) {
            throw HttpException.conflict("the log does not take it: " + refused.getMessage());
        }
    }

    /** @throws HttpException 409 if the caller has no lease of the attempt, or the job no such step */
    private LogKey log(Request request) {
        AttemptRef ref = ref(request);
        int step = number(request, "step");
        if (!holds(request, ref, step)) {
            throw stale();
        }
        return new LogKey(ref.jobId(), step);
    }

    private Response artifact(Request request) throws IOException {
        AttemptRef ref = ref(request);
        JobSpec spec = session(request)
                .flatMap(session -> runners.leased(session, ref))
                .orElseThrow(AttemptRoutes::stale);
        String path = request.query().first("path").orElse("");
        if (!spec.artifacts().paths().contains(path)
                || spec.artifacts().paths().size() > spec.artifacts().maxCount()) {
            throw HttpException.field("path", "path should be one of the job's artifacts");
        }
        BlobRef blob;
        try {
            blob = blobs.put(request.stream(), spec.artifacts().maxBytes());
        } catch (BlobTooLargeException large) {
            throw HttpException.of(Problem.Kind.BODY_TOO_LARGE, String.valueOf(large.getMessage()));
        } catch (BlobStorageFullException full) {
            throw HttpException.of(Problem.Kind.NO_ROOM, "there is no room for the artifact: " + full.getMessage());
        }
        Verdict verdict = engine.artifactAdded(new NewArtifact(ref, path, name(path), blob.size(), blob.sha256()));
        return RunnerRoutes.json(new Wire.Stored(verdict, blob.sha256(), blob.size()));
    }

    private static String name(String path) {
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }

    private Response finish(Request request) throws IOException {
        AttemptRef ref = ref(request);
        Wire.End end = request.json(Wire.End.class);
        AttemptResult result = result(ref, end);
        Optional<RunnerSession> session = session(request);
        if (session.isEmpty() || !holds(request, ref, 0)) {
            return answer(Verdict.STALE);
        }
        Verdict verdict = engine.finish(result);
        if (verdict == Verdict.ACCEPTED) {
            runners.ended(session.get(), result.event());
        }
        return answer(verdict);
    }

    private static AttemptResult result(AttemptRef ref, Wire.End end) {
        if (end.event() == null || end.outcome() == null) {
            throw HttpException.badRequest("an end should have an event and an outcome");
        }
        check("message", end.outcome().message());
        check("step", end.outcome().step());
        check("snapshot", end.snapshot());
        try {
            return new AttemptResult(ref, end.event(), end.outcome(), end.snapshot());
        } catch (IllegalArgumentException wrong) {
            throw HttpException.field("event", String.valueOf(wrong.getMessage()));
        }
    }

    private static void check(String field, @org.jspecify.annotations.Nullable String text) {
        if (text != null && (text.length() > LONGEST_TEXT || text.indexOf('\0') >= 0)) {
            throw HttpException.field(
                    field, field + " should be at most " + LONGEST_TEXT + " characters, none of them NUL");
        }
    }

    private Response blob(Request request) throws IOException {
        String sha256 = request.parameter("sha256");
        boolean needed = session(request)
                .filter(session -> runners.needs(session, sha256))
                .isPresent();
        BlobRef blob = (needed ? blobs.find(sha256) : Optional.<BlobRef>empty())
                .orElseThrow(() -> HttpException.notFound("no job that runs there needs this blob, or it is gone"));
        return Response.source("application/octet-stream", new BlobSource(blobs, blob));
    }

    private boolean holds(Request request, AttemptRef ref, int step) {
        return runners.holds(RunnerRoutes.caller(request), ref, step);
    }

    private Optional<RunnerSession> session(Request request) {
        return RunnerRoutes.session(request, runners);
    }

    private static AttemptRef ref(Request request) {
        return new AttemptRef(request.id("job"), number(request, "attempt"));
    }

    private static int number(Request request, String name) {
        return (int) Math.min(request.id(name), Integer.MAX_VALUE);
    }

    private static HttpException stale() {
        return HttpException.conflict("the attempt is not this runner's, or not any more: nothing was changed");
    }

    private static Response answer(Verdict verdict) {
        return RunnerRoutes.json(new Wire.Answer(verdict));
    }
}
