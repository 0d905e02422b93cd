package dev.trivet.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every kind of access with every method, for every kind of caller. */
class RouteSecurityTest {
    private static final ErrorShape SHAPE = (problem, exchange) -> Response.text(problem.status(), problem.reason());

    private static List<Route> everyAccess(String prefix) {
        List<Access> accesses = List.of(
                Access.PUBLIC,
                Access.PUBLIC_LENIENT,
                Access.AUTHENTICATED,
                Access.reading("srht", "jobs"),
                Access.writing("srht", "jobs"),
                Access.ADMINISTRATOR,
                Access.SESSION);
        List<Route> routes = new ArrayList<>();
        for (Method method : Method.values()) {
            for (int i = 0; i < accesses.size(); i++) {
                routes.add(
                        Route.of(method, prefix + "/a" + i + "/{id}", accesses.get(i), request -> Response.text("x")));
            }
        }
        return routes;
    }

    @Test
    void letsThroughExactlyWhoMayPass() {
        Routes routes = new Routes(List.of(
                new RouteGroup("/", SHAPE, Set.of(CredentialKind.SESSION), everyAccess("/pages")),
                new RouteGroup("/token", SHAPE, Set.of(CredentialKind.TOKEN), everyAccess("/token")),
                new RouteGroup("/both", SHAPE, Set.of(CredentialKind.values()), everyAccess("/both")),
                new RouteGroup("/none", SHAPE, Set.of(), everyAccess("/none"))));
        assertThat(RouteSecurityCheck.of(routes)).isEmpty();
    }
}
