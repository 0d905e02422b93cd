package dev.trivet.circus;

import dev.trivet.core.plan.NixSpec;
import dev.trivet.http.Access;
import dev.trivet.http.ByteSource;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStore;
import dev.trivet.store.Database;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds (spec section 2.6). */
final class BuildRoutes {
    private static final String ALL = "/api/v1/builds";
    private static final String ONE = ALL + "/{id}";
    private static final Window RECENT = new Window(20, 0);

    private final BuildStore builds;
    private final BuildActions actions;
    private final LogStore logs;
    private final Rights rights;
    private final InstantSource clock;

    BuildRoutes(Database database, BuildActions actions, LogStore logs, Rights rights, InstantSource clock) {
        this.builds = new BuildStore(database);
        this.actions = Objects.requireNonNull(actions, "actions is null");
        this.logs = Objects.requireNonNull(logs, "logs is null");
        this.rights = Objects.requireNonNull(rights, "rights is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                Route.get(ALL, Access.PUBLIC_LENIENT, this::list)
                        .describedAs(about("List builds")
                                .asking("evaluation_id", "status", "system", "job_name", "limit", "offset")
                                .failing(400)),
                Route.get(
                                ALL + "/recent",
                                Access.PUBLIC_LENIENT,
                                request -> Response.json(builds.list(new Filters(), RECENT)))
                        .describedAs(about("Most recent builds")),
                Route.get(ALL + "/stats", Access.PUBLIC_LENIENT, request -> Response.json(builds.statistics()))
                        .describedAs(about("Build statistics")),
                Route.get(ONE, Access.PUBLIC_LENIENT, this::get)
                        .describedAs(about("Get a build").failing(400, 404)),
                Route.post(ONE + "/cancel", rights.having(Role.CANCEL_BUILD), this::cancel)
                        .describedAs(about("Cancel a build").failing(400, 401, 403, 404)),
                Route.post(ONE + "/restart", rights.having(Role.RESTART_JOBS), this::restart)
                        .describedAs(about("Restart a build").failing(400, 401, 403, 404)),
                Route.post(ONE + "/bump", rights.having(Role.BUMP_TO_FRONT), this::bump)
                        .describedAs(about("Bump build priority").failing(400, 401, 403)),
                Route.put(ONE + "/keep/{value}", rights.admin(), this::keep)
                        .describedAs(about("Pin or unpin a build from GC").failing(400, 401, 403, 404))));
        routes.addAll(List.of(
                Route.get(ONE + "/steps", Access.PUBLIC_LENIENT, this::steps)
                        .describedAs(about("List build steps").failing(400)),
                Route.get(
                                ONE + "/products",
                                Access.PUBLIC_LENIENT,
                                request -> Response.json(builds.products(Ids.of(request, "id"))))
                        .describedAs(about("List build products").failing(400)),
                Route.get(
                                ONE + "/dependencies",
                                Access.PUBLIC_LENIENT,
                                request -> Response.json(builds.dependencies(Ids.of(request, "id"))))
                        .describedAs(about("List builds this build depends on").failing(400)),
                Route.get(
                                ONE + "/dependents",
                                Access.PUBLIC_LENIENT,
                                request -> Response.json(builds.dependents(Ids.of(request, "id"))))
                        .describedAs(
                                about("List builds that depend on this build").failing(400)),
                Route.get(ONE + "/constituents", Access.PUBLIC_LENIENT, this::constituents)
                        .describedAs(
                                about("List constituents of an aggregate build").failing(400, 404, 422)),
                Route.get(ONE + "/log", Access.PUBLIC_LENIENT, this::log)
                        .describedAs(about("Get build log (text)")
                                .sending("text/plain; charset=utf-8")
                                .failing(400, 404)),
                Route.get(ONE + "/log/stream", Access.PUBLIC_LENIENT, this::stream)
                        .describedAs(about("SSE-stream the live build log")
                                .sending("text/event-stream")
                                .failing(400, 404))));
        return routes;
    }

    private static Description about(String summary) {
        return Description.of(summary).in("builds");
    }

    // ---- reading

    private Response list(Request request) {
        Filters filters = new Filters()
                .id(request.query(), "evaluation_id", "b.evaluation_id = :evaluation_id")
                .text(request.query(), "status", "b.status = :status")
                .text(request.query(), "system", "b.system = :system")
                .part(request.query(), "job_name", "b.job_name ilike :job_name");
        Window window = Window.of(request);
        return Response.json(window.page(builds.list(filters, window), builds.count(filters)));
    }

    private Response get(Request request) {
        return Response.json(found(builds.find(Ids.of(request, "id"))));
    }

    /** What a running build did so far stands in what it tells programs. */
    private Response steps(Request request) throws IOException {
        UUID id = Ids.of(request, "id");
        Optional<Map<String, @Nullable Object>> build = builds.find(id);
        Long job = builds.log(id)
                .filter(place -> place.status() == BuildStatus.RUNNING)
                .map(BuildStore.LogPlace::jobId)
                .orElse(null);
        if (build.isEmpty() || job == null) {
            return Response.json(builds.steps(id));
        }
        List<Map<String, @Nullable Object>> steps = new ArrayList<>();
        for (Map<String, @Nullable Object> step : BuildSteps.of(
                String.valueOf(build.get().get("drv_path")),
                BuildStatus.RUNNING,
                null,
                BuildReport.read(logs, job),
                clock.instant())) {
            Map<String, @Nullable Object> shown = new LinkedHashMap<>();
            shown.put("id", new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() + steps.size()));
            shown.put("build_id", id);
            shown.put("step_number", steps.size() + 1);
            for (String column :
                    List.of("command", "output", "error_output", "started_at", "completed_at", "exit_code")) {
                shown.put(column, step.get(column));
            }
            steps.add(shown);
        }
        return Response.json(steps);
    }

    private Response constituents(Request request) {
        UUID id = Ids.of(request, "id");
        if (!Boolean.TRUE.equals(found(builds.find(id)).get("is_aggregate"))) {
            throw CircusErrors.of(ErrorCode.BUILD_ERROR, "the build is no aggregate: it has no constituents");
        }
        return Response.json(builds.constituents(id));
    }

    private Response log(Request request) throws IOException {
        BuildStore.LogPlace place = place(request);
        Optional<LogKey> key = key(place);
        if (key.isEmpty()
                || (place.status() == BuildStatus.PENDING
                        && !logs.status(key.get()).exists())) {
            return Response.text(404, "this build has no log\n");
        }
        return Response.source("text/plain; charset=utf-8", new Bytes(logs, key.get()));
    }

    private Response stream(Request request) {
        UUID id = Ids.of(request, "id");
        place(request);
        return Response.events(new BuildLogStream(logs, () -> builds.log(id), BuildRoutes::key));
    }

    private BuildStore.LogPlace place(Request request) {
        return builds.log(Ids.of(request, "id")).orElseThrow(() -> CircusErrors.notFound("build"));
    }

    /** Where the log of a build is, once there can be one: its own, or that of the build whose results it has. */
    static Optional<LogKey> key(BuildStore.LogPlace place) {
        String path = place.path();
        if (path != null && path.matches("\\d{1,18}/\\d{1,3}")) {
            String[] parts = path.split("/", 2);
            return Optional.of(new LogKey(Long.parseLong(parts[0]), Integer.parseInt(parts[1])));
        }
        Long job = place.jobId();
        return job == null ? Optional.empty() : Optional.of(new LogKey(job, NixSpec.OUTPUT));
    }

    // ---- changing

    private Response cancel(Request request) {
        List<Map<String, @Nullable Object>> canceled = actions.cancel(Ids.of(request, "id"));
        if (canceled.isEmpty()) {
            throw CircusErrors.notFound("build that is not over");
        }
        return Response.json(canceled);
    }

    private Response restart(Request request) {
        return Response.json(
                actions.restart(Ids.of(request, "id")).orElseThrow(() -> CircusErrors.notFound("build that is over")));
    }

    private Response bump(Request request) {
        return Response.json(actions.bump(Ids.of(request, "id"))
                .orElseThrow(() -> CircusErrors.of(
                        ErrorCode.VALIDATION_ERROR, "only a build that is pending can be bumped; this one is not")));
    }

    private Response keep(Request request) {
        UUID id = Ids.of(request, "id");
        boolean kept = switch (request.parameter("value")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw CircusErrors.invalid("value", "expected true or false");
        };
        return Response.json(found(builds.keep(id, kept)));
    }

    private static Map<String, @Nullable Object> found(Optional<Map<String, @Nullable Object>> build) {
        return build.orElseThrow(() -> CircusErrors.notFound("build"));
    }

    /** A log as bytes; one that nobody wrote to is empty. */
    private record Bytes(LogStore logs, LogKey key) implements ByteSource {
        @Override
        public long size() throws IOException {
            return logs.size(key);
        }

        @Override
        public void writeTo(OutputStream out, long offset, long length) throws IOException {
            if (logs.readRange(key, offset, length, out) != length) {
                throw new EOFException("log " + key + " ended early");
            }
        }
    }
}
