package dev.trivet.server;

import static java.util.Objects.requireNonNull;

import dev.trivet.http.Access;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.util.List;
import java.util.Map;

/**
 * {@code GET /health}: 200 when the database answers; otherwise the database's exception becomes a 503. {@code GET /healthz}: {@code ok}, or
 * 503 {@code draining} while the server stops.
 */
final class HealthRoutes {
    private final Database database;
    private volatile boolean draining;

    HealthRoutes(Database database) {
        this.database = requireNonNull(database, "database is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get("/health", Access.PUBLIC_LENIENT, this::health).describedAs("Whether the server is ready"),
                Route.get(
                                "/healthz",
                                Access.PUBLIC_LENIENT,
                                request -> draining ? Response.text(503, "draining") : Response.text("ok"))
                        .describedAs("Whether the server goes on"));
    }

    void draining() {
        draining = true;
    }

    private Response health(Request request) {
        database.read(
                handle -> handle.createQuery("select 1").mapTo(Integer.class).one());
        return Response.json(Map.of("status", "ok", "database", "ok"));
    }
}
