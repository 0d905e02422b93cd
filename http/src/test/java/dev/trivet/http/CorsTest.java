package dev.trivet.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CorsTest {
    private static final ErrorShape SHAPE = (problem, exchange) -> Response.text(problem.status(), problem.reason());
    private static final String APP = "https://app.example.org";

    private HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws IOException {
        var routes = new Routes(List.of(
                new RouteGroup(
                        "/api",
                        SHAPE,
                        Set.of(CredentialKind.BEARER),
                        List.of(
                                Route.get("/api/open", Access.PUBLIC, request -> Response.text("open")),
                                Route.get("/api/known", Access.AUTHENTICATED, request -> Response.text("known"))),
                        new Cors(Set.of(APP))),
                new RouteGroup(
                        "/", SHAPE, Set.of(), List.of(Route.get("/page", Access.PUBLIC, r -> Response.text("p"))))));
        server = new HttpServer(HttpSettings.on("127.0.0.1", 0), routes, new TestIdentities());
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    @Test
    void aNamedSiteGetsAnswersAndErrors() throws Exception {
        HttpResponse<String> open = send("GET", "/api/open", APP);
        assertThat(open.headers().map())
                .containsEntry("access-control-allow-origin", List.of(APP))
                .containsEntry("access-control-allow-credentials", List.of("true"));
        assertThat(open.headers().allValues("vary").toString()).contains("Origin");
        HttpResponse<String> refused = send("GET", "/api/known", APP);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("access-control-allow-origin")).contains(APP);
        assertThat(send("GET", "/api/nothing", APP).headers().firstValue("access-control-allow-origin"))
                .contains(APP);
    }

    @Test
    void itMayAskBefore() throws Exception {
        HttpResponse<String> answer = send("OPTIONS", "/api/known", APP);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("access-control-allow-headers")).contains("authorization, content-type");
        assertThat(answer.headers().firstValue("access-control-allow-methods"))
                .contains("GET, POST, PUT, PATCH, DELETE");
        assertThat(answer.headers().firstValue("access-control-max-age")).contains("600");
    }

    @Test
    void othersAreToldNothing() throws Exception {
        for (String origin : List.of("https://evil.example", "https://app.example.org.evil.example", "null")) {
            assertThat(send("GET", "/api/open", origin).headers().firstValue("access-control-allow-origin"))
                    .isEmpty();
            assertThat(send("OPTIONS", "/api/open", origin).headers().firstValue("access-control-allow-methods"))
                    .isEmpty();
        }
        assertThat(send("GET", "/page", APP).headers().firstValue("access-control-allow-origin"))
                .isEmpty();
    }

    @Test
    void bearerIsSpelledExactly() throws Exception {
        for (String header : List.of("bearer x", "token x", "Bearer  x", "Bearer ", "Basic x")) {
            var request = HttpRequest.newBuilder(server.uri().resolve("/api/known"))
                    .header("Authorization", header)
                    .build();
            assertThat(client.send(request, BodyHandlers.ofString()).body()).contains("should be two words");
        }
    }

    private HttpResponse<String> send(String method, String path, String origin) throws Exception {
        URI address = server.uri().resolve(path);
        return client.send(
                HttpRequest.newBuilder(address)
                        .method(method, BodyPublishers.noBody())
                        .header("Origin", origin)
                        .build(),
                BodyHandlers.ofString());
    }
}
