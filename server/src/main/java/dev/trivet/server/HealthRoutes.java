package dev.trivet.server;

import dev.trivet.http.Access;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.util.List;

/** {@code GET /healthz}: {@code ok}, or 503 {@code draining} while the server stops. Whether it is ready is told at {@code /health}. */
final class HealthRoutes {
    private volatile boolean draining;

    List<Route> routes() {
        return List.of(Route.get(
                        "/healthz",
                        Access.PUBLIC_LENIENT,
                        request -> draining ? Response.text(503, "draining") : Response.text("ok"))
                .describedAs("Whether the server goes on"));
    }

    void draining() {
        draining = true;
    }
}
