package dev.trivet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class OpenApiTest {
    private static final Map<String, JsonNode> SCHEMAS = Map.of(
            "Job", Json.mapper().readTree("{\"type\":\"object\"}"),
            "Error", Json.mapper().readTree("{\"type\":\"object\"}"));

    private static Route route(
            Method method, String pattern, Access access, @Nullable String request, @Nullable String response) {
        return Route.of(method, pattern, access, r -> Response.empty(204)).describedAs(description(request, response));
    }

    private static Description description(@Nullable String request, @Nullable String response) {
        Description taking = request == null
                ? Description.of("Does it")
                : Description.of("Does it").taking(request);
        return response == null ? taking : taking.answering(201, response).failing(422);
    }

    @Test
    void saysWhatTheTableSays() {
        ObjectNode document = OpenApi.document(
                "builds",
                "1",
                List.of(
                        route(Method.POST, "/api/jobs", Access.writing("srht", "jobs"), "Job", "Job"),
                        route(Method.GET, "/api/jobs", Access.reading("srht", "jobs"), null, "Job"),
                        route(Method.GET, "/~{user}/{path...}", Access.PUBLIC, null, null),
                        Route.get("/hidden", Access.PUBLIC, r -> Response.empty(204))),
                SCHEMAS);
        assertThat(document.at("/openapi").asString()).isEqualTo("3.0.3");
        assertThat(document.at("/paths").propertyNames()).containsExactly("/api/jobs", "/~{user}/{path}");
        JsonNode post = document.at("/paths/~1api~1jobs/post");
        assertThat(post.at("/operationId").asString()).isEqualTo("postApiJobs");
        assertThat(post.at("/requestBody/content/application~1json/schema/$ref").asString())
                .isEqualTo("#/components/schemas/Job");
        assertThat(post.at("/responses/default/content/application~1json/schema/$ref")
                        .asString())
                .isEqualTo("#/components/schemas/Error");
        assertThat(post.at("/description").asString()).contains("srht/jobs:write");
        assertThat(post.at("/security/0/bearer").isArray()).isTrue();
        JsonNode page = document.at("/paths/~1~0{user}~1{path}/get");
        assertThat(page.at("/parameters/0/name").asString()).isEqualTo("user");
        assertThat(page.at("/parameters/1/name").asString()).isEqualTo("path");
        assertThat(page.at("/security").isEmpty()).isTrue();
        assertThat(post.at("/responses").propertyNames()).containsExactly("201", "422", "default");
    }

    @Test
    void namesNoSchemaThatIsNotThere() {
        assertThatThrownBy(() -> OpenApi.document(
                        "x", "1", List.of(route(Method.GET, "/a", Access.PUBLIC, null, "Nothing")), SCHEMAS))
                .hasMessageContaining("GET /a names the schema Nothing");
    }
}
