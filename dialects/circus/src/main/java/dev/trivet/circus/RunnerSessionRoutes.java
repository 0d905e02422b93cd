package dev.trivet.circus;

import dev.trivet.engine.HostLoad;
import dev.trivet.engine.RemoteRunners;
import dev.trivet.engine.RunnerReport;
import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The engine's remote runners as this contract shows them: sessions of builder agents (spec sections 1.3, 2.10). */
final class RunnerSessionRoutes {
    private static final Comparator<RunnerReport> ORDER = Comparator.comparing(RunnerReport::connected)
            .thenComparing(RunnerReport::seenAt)
            .reversed()
            .thenComparing(RunnerReport::name);

    private final RemoteRunners runners;

    RunnerSessionRoutes(RemoteRunners runners) {
        this.runners = Objects.requireNonNull(runners, "runners is null");
    }

    List<Route> routes() {
        String all = "/api/v1/admin/builders/sessions";
        return List.of(
                Route.get(all, Access.PUBLIC_LENIENT, request -> list(session -> true))
                        .describedAs(
                                Description.of("List all persistent builder agent sessions (connected + historical)")
                                        .in("admin")),
                Route.get(all + "/connected", Access.PUBLIC_LENIENT, request -> list(RunnerReport::connected))
                        .describedAs(Description.of("List currently-connected builder agents")
                                .in("admin")),
                Route.get(all + "/{machine_id}", Access.PUBLIC_LENIENT, this::get)
                        .describedAs(Description.of("Get a single builder agent session by its stable machine_id")
                                .in("admin")
                                .failing(400, 404)));
    }

    private Response list(Predicate<RunnerReport> wanted) {
        return Response.json(runners.reports().stream()
                .filter(wanted)
                .sorted(ORDER)
                .map(RunnerSessionRoutes::view)
                .toList());
    }

    private Response get(Request request) {
        UUID id = Ids.of(request, "machine_id");
        return Response.json(runners.reports().stream()
                .filter(session -> session.id().equals(id))
                .findFirst()
                .map(RunnerSessionRoutes::view)
                .orElseThrow(() -> CircusErrors.notFound("builder session")));
    }

    private static Map<String, @Nullable Object> view(RunnerReport session) {
        HostLoad load = session.load();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("machine_id", session.id());
        json.put("name", session.name());
        json.put("hostname", session.host().host());
        json.put("systems", session.host().systems().stream().sorted().toList());
        json.put(
                "supported_features",
                session.host().features().stream().sorted().toList());
        json.put("mandatory_features", session.mandatory().stream().sorted().toList());
        json.put("speed_factor", session.host().speedFactor());
        json.put("cpu_count", session.host().cpus());
        json.put("max_jobs", session.slots());
        json.put("proto_version", session.host().protocol());
        json.put("last_seen", session.seenAt());
        // What it said last is not true any more of one that is gone: its attempts are lost.
        json.put("current_jobs", session.connected() ? load.jobs() : 0);
        json.put("load1", load.load1());
        json.put("load5", load.load5());
        json.put("load15", load.load15());
        json.put("mem_total", load.memoryTotal());
        json.put("mem_used", load.memoryUsed());
        // A runner has its store and its builds in one directory.
        json.put("store_free", load.diskFree());
        json.put("build_dir_free", load.diskFree());
        json.put("cpu_psi_avg10", load.pressureCpu());
        json.put("mem_psi_avg10", load.pressureMemory());
        json.put("io_psi_avg10", load.pressureIo());
        json.put("connected", session.connected());
        json.put("builds_succeeded", session.succeeded());
        json.put("builds_failed", session.failed());
        json.put("consecutive_failures", session.consecutiveFailures());
        json.put("disabled_until", null);
        json.put("ephemeral", false);
        json.put("auth_kind", "token");
        json.put("created_at", session.createdAt());
        json.put("updated_at", session.seenAt());
        return json;
    }
}
