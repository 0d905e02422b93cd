package dev.trivet.web;

import dev.trivet.http.Access;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.RunRow;
import dev.trivet.web.view.RunLine;
import dev.trivet.web.view.RunList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/** The list of runs. Thread-safe. */
final class ListRoutes {
    private static final int REFRESH_SECONDS = 30;

    private final Runs runs;
    private final Templates templates;
    private final Frames frames;
    private final Wording wording;
    private final RunWatch watch;

    ListRoutes(Runs runs, Templates templates, Frames frames, Wording wording, RunWatch watch) {
        this.runs = Objects.requireNonNull(runs, "runs is null");
        this.templates = Objects.requireNonNull(templates, "templates is null");
        this.frames = Objects.requireNonNull(frames, "frames is null");
        this.wording = Objects.requireNonNull(wording, "wording is null");
        this.watch = Objects.requireNonNull(watch, "watch is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get("/", Access.PUBLIC_LENIENT, this::page),
                Route.get("/runs/events", Access.PUBLIC_LENIENT, this::events));
    }

    private Response page(Request request) {
        Viewer viewer = Viewer.of(request);
        OptionalLong before = request.query().number("before", 1, Long.MAX_VALUE);
        boolean newest = before.isEmpty();
        String path = newest ? "/" : "/?before=" + before.getAsLong();
        return Response.html(
                200,
                templates.runs(
                        frames.of("Runs", viewer, path, newest ? REFRESH_SECONDS : 0),
                        list(viewer, before.orElse(Long.MAX_VALUE), newest)));
    }

    private Response events(Request request) {
        Viewer viewer = Viewer.of(request);
        return Response.events(new ListStream(
                () -> templates.part("runs", "list", list(viewer, Long.MAX_VALUE, true)), watch));
    }

    private RunList list(Viewer viewer, long from, boolean newest) {
        Runs.Listing listing = runs.list(viewer.principal(), from);
        return new RunList(listing.entries().stream().map(this::line).toList(), newest, listing.next());
    }

    private RunLine line(Runs.Entry entry) {
        RunRow run = entry.run();
        return new RunLine(
                run.id(),
                "run-" + run.id(),
                entry.access().page(),
                run.title(),
                run.tenant(),
                run.dialect(),
                Wording.badge(run.state()),
                Wording.progress(run.tally()),
                wording.moment(run.createdAt()),
                wording.span(run.startedAt(), run.finishedAt()));
    }
}
