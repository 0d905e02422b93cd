package dev.trivet.circus;

import dev.trivet.http.Access;
import dev.trivet.http.Method;
import dev.trivet.http.Route;
import java.util.Set;

/** Reading is for everybody, unless the operator wants a credential for it; these then are still for everybody (spec section 2.2). */
final class OpenReads {
    private static final Set<String> OPEN = Set.of("/api/v1/openapi.json");
    private static final Set<String> OPEN_BELOW = Set.of("/api/v1/metrics/", "/api/v1/webhooks/", "/api/v1/auth/");

    private OpenReads() {}

    /** The route as it is when a credential is needed for reading. */
    static Route closed(Route route) {
        String path = route.pattern().toString();
        boolean open = OPEN.contains(path) || OPEN_BELOW.stream().anyMatch(path::startsWith);
        if (open || route.method() != Method.GET || !(route.access() instanceof Access.Public)) {
            return route;
        }
        return new Route(
                route.method(),
                route.pattern(),
                Access.AUTHENTICATED,
                route.handler(),
                route.bodyLimit(),
                route.description());
    }
}
