package dev.trivet.server;

import static java.util.Objects.requireNonNull;

import dev.trivet.engine.RemoteRunners;
import dev.trivet.engine.RunnerReport;
import dev.trivet.http.Access;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.runner.Wire;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an administrator sees of the remote runners: which there are, whether they answer, how their attempts went. */
final class RunnerListRoutes {
    private final RemoteRunners runners;

    RunnerListRoutes(RemoteRunners runners) {
        this.runners = requireNonNull(runners, "runners is null");
    }

    List<Route> routes() {
        return List.of(Route.get(Wire.ROOT + "/runners", Access.ADMINISTRATOR, this::list));
    }

    private Response list(Request request) {
        return Response.json(Map.of(
                "runners",
                runners.reports().stream().map(RunnerListRoutes::view).toList()));
    }

    private static Map<String, @Nullable Object> view(RunnerReport report) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", report.id().toString());
        view.put("name", report.name());
        view.put("host", report.host().host());
        view.put("connected", report.connected());
        view.put("seen", report.seenAt().toString());
        view.put("slots", report.slots());
        view.put("jobs", report.load().jobs());
        view.put("succeeded", report.succeeded());
        view.put("failed", report.failed());
        return view;
    }
}
