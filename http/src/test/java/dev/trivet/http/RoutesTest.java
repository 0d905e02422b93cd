package dev.trivet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
    private static final ErrorShape SHAPE = (problem, exchange) -> Response.empty(problem.status());

    private static Route route(Method method, String pattern) {
        return Route.of(method, pattern, Access.PUBLIC, request -> Response.empty(204));
    }

    private static Routes table(Route... routes) {
        return new Routes(List.of(new RouteGroup("/", SHAPE, Set.of(), List.of(routes))));
    }

    private final Routes routes = table(
            route(Method.GET, "/"),
            route(Method.GET, "/api/jobs"),
            route(Method.POST, "/api/jobs"),
            route(Method.GET, "/api/jobs/{id}"),
            route(Method.GET, "/api/jobs/latest"),
            route(Method.POST, "/api/jobs/{id}/start"),
            route(Method.DELETE, "/api/jobs/{job}"),
            route(Method.GET, "/~{user}"),
            route(Method.GET, "/~{user}.svg"),
            route(Method.GET, "/~{user}/{tags...}"),
            route(Method.GET, "/~{user}/job/{id}"),
            route(Method.GET, "/nix-cache/{hash}.narinfo"),
            route(Method.GET, "/{anything}"));

    @ParameterizedTest
    @CsvSource({
        "/, /, {}",
        "/api/jobs, /api/jobs, {}",
        "/api/jobs/, /api/jobs, {}",
        "/api/jobs/12, /api/jobs/{id}, {id=12}",
        "/api/jobs/12/, /api/jobs/{id}, {id=12}",
        "/api/jobs/latest, /api/jobs/latest, {}",
        "/api/jobs/a%20b%C3%A9, /api/jobs/{id}, '{id=a bé}'",
        "/api/jobs/a+b, /api/jobs/{id}, '{id=a+b}'",
        "/~alice, /~{user}, {user=alice}",
        "/~alice.svg, /~{user}.svg, {user=alice}",
        "/~alice/a/b, /~{user}/{tags...}, '{user=alice, tags=a/b}'",
        "/~alice/job/7, /~{user}/job/{id}, '{user=alice, id=7}'",
        "/~alice/job, /~{user}/{tags...}, '{user=alice, tags=job}'",
        "/~alice/job/7/x, /~{user}/{tags...}, '{user=alice, tags=job/7/x}'",
        "/nix-cache/abc.narinfo, /nix-cache/{hash}.narinfo, {hash=abc}",
        "/~, /{anything}, {anything=~}",
    })
    void finds(String path, String pattern, String parameters) {
        assertThat(routes.find(Method.GET, path)).isInstanceOfSatisfying(RouteTree.Match.Found.class, found -> {
            assertThat(found.route().pattern()).hasToString(pattern);
            assertThat(new TreeMap<>(found.parameters())).isEqualTo(new TreeMap<>(parsed(parameters)));
        });
    }

    private static Map<String, String> parsed(String text) {
        String inner = text.substring(1, text.length() - 1);
        Map<String, String> parsed = new HashMap<>();
        for (String pair : inner.isEmpty() ? new String[0] : inner.split(", ")) {
            parsed.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return parsed;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/job/1/2", "/api/jobs/1/2/3", "/nix-cache/.narinfo/x", "/API/jobs/1", "/a/b"})
    void findsNothingElse(String path) {
        assertThat(routes.find(Method.GET, path)).isInstanceOf(RouteTree.Match.Nothing.class);
    }

    @Test
    void tellsTheMethodsThereAre() {
        assertThat(routes.find(Method.PUT, "/api/jobs/1"))
                .isEqualTo(new RouteTree.Match.WrongMethod(Set.of(Method.GET, Method.DELETE)));
        assertThat(routes.find(null, "/api/jobs"))
                .isEqualTo(new RouteTree.Match.WrongMethod(Set.of(Method.GET, Method.POST)));
    }

    @Test
    void looksFurtherWhenTheBestPathLacksTheMethod() {
        assertThat(routes.find(Method.DELETE, "/api/jobs/latest"))
                .isInstanceOfSatisfying(
                        RouteTree.Match.Found.class,
                        found -> assertThat(found.parameters()).isEqualTo(Map.of("job", "latest")));
    }

    @Test
    void refusesTwoRoutesForOneRequest() {
        assertThatThrownBy(() -> table(route(Method.GET, "/a/{x}"), route(Method.GET, "/a/{y}")))
                .hasMessageContaining("GET /a/{y} and GET /a/{x}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "/a/", "/a//b", "/{a}{b}", "/{a", "/a}", "/{x...}/b", "/a{x...}", "/{a}/{a}", "/{}"})
    void refusesBrokenPatterns(String pattern) {
        assertThatThrownBy(() -> PathPattern.parse(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void groupsCoverWholeSegments() {
        ErrorShape api = (problem, exchange) -> Response.empty(500);
        ErrorShape v1 = (problem, exchange) -> Response.empty(501);
        Routes grouped = new Routes(List.of(
                new RouteGroup("/", SHAPE, Set.of(), List.of()),
                new RouteGroup("/api", api, Set.of(), List.of()),
                new RouteGroup("/api/v1", v1, Set.of(), List.of())));
        assertThat(grouped.errorsFor("/api/v1/x")).isSameAs(v1);
        assertThat(grouped.errorsFor("/api/v1")).isSameAs(v1);
        assertThat(grouped.errorsFor("/api/v10")).isSameAs(api);
        assertThat(grouped.errorsFor("/api")).isSameAs(api);
        assertThat(grouped.errorsFor("/apis")).isSameAs(SHAPE);
    }

    @Test
    void refusesGroupsThatDoNotFit() {
        assertThatThrownBy(() -> new RouteGroup("/api", SHAPE, Set.of(), List.of(route(Method.GET, "/apis"))))
                .hasMessageContaining("not below");
        assertThatThrownBy(() -> new Routes(List.of(new RouteGroup("/api", SHAPE, Set.of(), List.of()))))
                .hasMessageContaining("prefix /");
        assertThatThrownBy(() -> new Routes(List.of(
                        new RouteGroup("/", SHAPE, Set.of(), List.of()),
                        new RouteGroup("/", SHAPE, Set.of(), List.of()))))
                .hasMessageContaining("two groups");
    }
}
