package dev.trivet.web;

import dev.trivet.engine.Engine;
import dev.trivet.http.Access;
import dev.trivet.http.ByteSource;
import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStore;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/** A run's page, its events, its logs and what can be done with it, for all dialects. Thread-safe. */
final class RunRoutes {
    private static final int REFRESH_SECONDS = 5;

    private final Runs runs;
    private final RunReader reader;
    private final RunPage page;
    private final Templates templates;
    private final Frames frames;
    private final RunWatch watch;
    private final LogStore logs;
    private final Engine engine;

    RunRoutes(
            Runs runs,
            RunReader reader,
            RunPage page,
            Templates templates,
            Frames frames,
            RunWatch watch,
            LogStore logs,
            Engine engine) {
        this.runs = Objects.requireNonNull(runs, "runs is null");
        this.reader = Objects.requireNonNull(reader, "reader is null");
        this.page = Objects.requireNonNull(page, "page is null");
        this.templates = Objects.requireNonNull(templates, "templates is null");
        this.frames = Objects.requireNonNull(frames, "frames is null");
        this.watch = Objects.requireNonNull(watch, "watch is null");
        this.logs = Objects.requireNonNull(logs, "logs is null");
        this.engine = Objects.requireNonNull(engine, "engine is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get("/runs/{id}", Access.PUBLIC_LENIENT, request -> show(request, request.id("id"))),
                Route.get("/runs/{id}/events", Access.PUBLIC_LENIENT, this::events),
                Route.get("/runs/{id}/log/{job}/{step}", Access.PUBLIC_LENIENT, this::log),
                Route.post("/runs/{id}/start", Access.AUTHENTICATED, this::start),
                Route.post("/runs/{id}/cancel", Access.AUTHENTICATED, this::cancel));
    }

    /** The page of this run, at whatever address it was asked for. */
    Response show(Request request, long runId) throws IOException {
        Viewer viewer = Viewer.of(request);
        OptionalLong job = job(request);
        RunSnapshot snapshot =
                reader.find(viewer.principal(), runId, job).orElseThrow(() -> HttpException.notFound("404 not found"));
        String path = snapshot.entry().access().page() + (job.isPresent() ? "?job=" + job.getAsLong() : "");
        var detail = page.withLogs(snapshot, viewer, path, logs, new LogCursor());
        String title =
                snapshot.entry().run().title() + " · " + detail.head().state().word();
        return Response.html(
                200, templates.run(frames.of(title, viewer, path, snapshot.ended() ? 0 : REFRESH_SECONDS), detail));
    }

    private Response events(Request request) {
        Viewer viewer = Viewer.of(request);
        long runId = request.id("id");
        OptionalLong job = job(request);
        String path = LocalPath.orStart(request.query().first("path").orElse("/runs/" + runId));
        // What the browser had last counts, not what the page had when it was loaded.
        LogCursor cursor = LogCursor.parse(request.lastEventId()
                .filter(id -> !id.isEmpty())
                .or(() -> request.query().first("at"))
                .orElse(""));
        var _ = runs.read(viewer.principal(), runId);
        return Response.events(new RunStream(
                runId,
                () -> reader.find(viewer.principal(), runId, job),
                new RunParts(templates, page, viewer, path),
                watch,
                logs,
                cursor));
    }

    private Response log(Request request) {
        var snapshot = reader.find(request.principal(), request.id("id"), OptionalLong.of(request.id("job")))
                .orElseThrow(() -> HttpException.notFound("404 not found"));
        long step = request.id("step");
        return snapshot.steps().stream()
                .filter(row -> row.number() == step)
                .findFirst()
                .map(row -> Response.log(new Bytes(logs, new LogKey(row.jobId(), row.number()))))
                .orElseThrow(() -> HttpException.notFound("this job has no step " + step));
    }

    private Response start(Request request) throws IOException {
        Runs.Entry entry = writable(request);
        if (!engine.release(entry.run().id())) {
            throw HttpException.conflict("the run does not wait to be started: it is "
                    + Wording.badge(entry.run().state()).word());
        }
        return back(request, entry);
    }

    private Response cancel(Request request) throws IOException {
        Runs.Entry entry = writable(request);
        // One that ended meanwhile is shown as it ended.
        boolean _ = engine.cancelRun(entry.run().id());
        return back(request, entry);
    }

    private Runs.Entry writable(Request request) {
        Runs.Entry entry = runs.read(request.principal(), request.id("id"));
        if (!entry.access().mayWrite(request.principal())) {
            throw HttpException.forbidden("you may see this run, but neither start nor cancel it");
        }
        return entry;
    }

    private static Response back(Request request, Runs.Entry entry) throws IOException {
        String wanted = request.isForm() ? request.form().first("return_to").orElse("") : "";
        String path = LocalPath.orStart(wanted);
        return Response.seeOther(path.equals("/") ? entry.access().page() : path);
    }

    private static OptionalLong job(Request request) {
        return request.query().number("job", 1, Long.MAX_VALUE);
    }

    /** A log as bytes; one that nobody wrote to is empty. */
    private record Bytes(LogStore logs, LogKey key) implements ByteSource {
        @Override
        public long size() throws IOException {
            return logs.size(key);
        }

        @Override
        public void writeTo(OutputStream out, long offset, long length) throws IOException {
            long written = logs.readRange(key, offset, length, out);
            if (written != length) {
                throw new EOFException("log " + key + " ended " + (length - written) + " bytes early");
            }
        }
    }
}
