package dev.trivet.circus.report;

import static java.util.Objects.requireNonNull;

import dev.trivet.circus.CircusErrors;
import dev.trivet.circus.Ids;
import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.logs.LogStore;
import dev.trivet.store.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What people ask of evaluations and builds beyond the contract; {@code docs/reports.md} describes the answers. */
public final class ReportRoutes {
    private static final int USUAL = 50;
    private static final int MOST = 200;

    private final EvaluationReport reports;
    private final ReproductionStore builds;
    private final Reproduction reproduction;

    /**
     * @param clones where this server has the clone of a repository, by its address
     * @param cache where Nix can get what was built, if that is known; asked for each answer
     */
    public ReportRoutes(
            Database database,
            LogStore logs,
            Function<String, Optional<Path>> clones,
            Supplier<Optional<Substituter>> cache) {
        requireNonNull(database, "database is null");
        this.reports = new EvaluationReport(database, requireNonNull(logs, "logs is null"), clones);
        this.builds = new ReproductionStore(database);
        this.reproduction = new Reproduction(cache);
    }

    /** For the group {@code /api/v1}. */
    public List<Route> routes() {
        return List.of(
                Route.get("/api/v1/evaluations/{id}/report", Access.PUBLIC_LENIENT, this::report)
                        .describedAs(Description.of(
                                        "What broke since the last green, by which commits, and what failed first")
                                .in("evaluations")
                                .asking("limit")
                                .failing(400, 404)),
                Route.get("/api/v1/builds/{id}/reproduce", Access.PUBLIC_LENIENT, this::reproduce)
                        .describedAs(Description.of("The commands that build it elsewhere, as JSON or as text")
                                .in("builds")
                                .asking("format")
                                .failing(400, 404)));
    }

    private Response report(Request request) throws IOException, InterruptedException {
        return Response.json(reports.of(Ids.of(request, "id"), limit(request))
                .orElseThrow(() -> CircusErrors.notFound("evaluation")));
    }

    private static int limit(Request request) {
        String text =
                request.query().first("limit").filter(value -> !value.isEmpty()).orElse("" + USUAL);
        if (!text.matches("\\d{1,6}") || Integer.parseInt(text) < 1) {
            throw CircusErrors.invalid("limit", "expected a number from 1 to " + MOST);
        }
        return Math.min(Integer.parseInt(text), MOST);
    }

    private Response reproduce(Request request) {
        ReproductionStore.Built built =
                builds.find(Ids.of(request, "id")).orElseThrow(() -> CircusErrors.notFound("build"));
        return switch (request.query().first("format").orElse("json")) {
            case "json", "" -> Response.json(reproduction.of(built));
            case "text" -> Response.text(reproduction.text(built));
            default -> throw CircusErrors.invalid("format", "expected json or text");
        };
    }
}
