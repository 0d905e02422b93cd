package dev.trivet.srht.graphql;

import dev.trivet.core.json.Json;
import dev.trivet.http.Access;
import dev.trivet.http.CredentialKind;
import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /query} and what describes it (spec section 4.1). */
public final class GraphQlRoutes {
    private static final Map<String, List<String>> META =
            Map.of("scopes", List.of("PROFILE", "JOBS", "LOGS", "SECRETS"));

    private final GraphQlApi api;

    public GraphQlRoutes(GraphQlApi api) {
        this.api = Objects.requireNonNull(api, "api is null");
    }

    /** Everything below {@code /query} but the logs. */
    public RouteGroup group() {
        return new RouteGroup(
                "/query",
                GraphQlErrors.SHAPE,
                Set.of(CredentialKind.TOKEN, CredentialKind.SESSION),
                List.of(
                        Route.post("/query", Access.AUTHENTICATED, this::query).describedAs("Answer a GraphQL request"),
                        Route.get("/query/api-meta.json", Access.PUBLIC_LENIENT, request -> Response.json(META))
                                .describedAs("The scopes that a token may have")));
    }

    private Response query(Request request) throws IOException {
        ObjectNode body = request.jsonObject();
        GraphQlApi.Answer answer = api.answer(
                text(body, "query"),
                optionalText(body, "operationName"),
                variables(body.get("variables")),
                request.requirePrincipal());
        return Response.json(answer.status(), answer.body());
    }

    private static String text(ObjectNode body, String name) {
        String text = optionalText(body, name);
        if (text == null) {
            throw HttpException.badRequest(
                    "the member " + name + " is missing: send {\"query\": \"{ version { major } }\"}");
        }
        return text;
    }

    private static @Nullable String optionalText(ObjectNode body, String name) {
        JsonNode value = body.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw HttpException.badRequest("the member " + name + " should be a text");
        }
        return value.stringValue();
    }

    @SuppressWarnings("unchecked") // an object of JSON has texts as keys
    private static Map<String, Object> variables(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return Map.of();
        }
        if (!value.isObject()) {
            throw HttpException.badRequest("the member variables should be an object");
        }
        return Json.MAPPER.convertValue(value, Map.class);
    }
}
