package dev.trivet.http;

import dev.trivet.http.PathPattern.Segment;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The OpenAPI 3.0 document of routes: what the table says, so it cannot say anything else. */
public final class OpenApi {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String ERROR_SCHEMA = "Error";

    private OpenApi() {}

    /**
     * Writes the document.
     *
     * @param title of the API
     * @param version of the API
     * @param routes those with a {@link Description} are in it, in the order of their paths
     * @param schemas JSON Schemas by name; {@code Error} is the shape of errors
     * @throws IllegalArgumentException if a route names a schema that is not there
     */
    public static ObjectNode document(String title, String version, List<Route> routes, Map<String, JsonNode> schemas) {
        ObjectNode document = NODES.objectNode();
        document.put("openapi", "3.0.3");
        document.putObject("info").put("title", title).put("version", version);
        ObjectNode paths = document.putObject("paths");
        routes.stream()
                .filter(route -> route.description() != null)
                .sorted(Comparator.comparing((Route route) -> path(route.pattern()))
                        .thenComparing(Route::method))
                .forEach(route -> paths.withObjectProperty(path(route.pattern()))
                        .set(route.method().name().toLowerCase(Locale.ROOT), operation(route, schemas)));
        ObjectNode components = document.putObject("components");
        ObjectNode known = components.putObject("schemas");
        schemas.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(schema -> known.set(schema.getKey(), schema.getValue()));
        ObjectNode security = components.putObject("securitySchemes");
        security.putObject("bearer").put("type", "http").put("scheme", "bearer");
        return document;
    }

    private static ObjectNode operation(Route route, Map<String, JsonNode> schemas) {
        Description description = route.description();
        if (description == null) {
            throw new IllegalArgumentException(route + " has no description");
        }
        ObjectNode operation = NODES.objectNode();
        operation.put("summary", description.summary());
        operation.put(
                "operationId", description.operationId() == null ? operationId(route) : description.operationId());
        if (description.tag() != null) {
            operation.putArray("tags").add(description.tag());
        }
        describeParameters(operation, route, description);
        if (description.requestSchema() != null) {
            ObjectNode body = operation.putObject("requestBody").put("required", true);
            body.set("content", json(description.requestSchema(), route, schemas));
        }
        describeResponses(operation.putObject("responses"), route, description, schemas);
        describeAccess(operation, route.access());
        return operation;
    }

    private static void describeParameters(ObjectNode operation, Route route, Description description) {
        if (route.pattern().names().isEmpty() && description.query().isEmpty()) {
            return;
        }
        var parameters = operation.putArray("parameters");
        for (String name : route.pattern().names()) {
            ObjectNode parameter = parameters.addObject();
            parameter.put("name", name).put("in", "path").put("required", true);
            parameter.putObject("schema").put("type", "string");
        }
        for (String name : description.query()) {
            ObjectNode parameter = parameters.addObject();
            parameter.put("name", name).put("in", "query").put("required", false);
            parameter.putObject("schema").put("type", "string");
        }
    }

    private static void describeResponses(
            ObjectNode responses, Route route, Description description, Map<String, JsonNode> schemas) {
        ObjectNode good =
                responses.putObject(Integer.toString(description.status())).put("description", "Success");
        if (description.responseSchema() != null) {
            good.set("content", json(description.responseSchema(), route, schemas));
        } else if (description.contentType() != null) {
            ObjectNode schema = good.putObject("content")
                    .putObject(description.contentType())
                    .putObject("schema")
                    .put("type", "string");
            if (!description.contentType().startsWith("text/")) {
                schema.put("format", "binary");
            }
        }
        for (int status : description.errors()) {
            describeError(responses.putObject(Integer.toString(status)), route, schemas);
        }
        describeError(responses.putObject("default"), route, schemas);
    }

    private static void describeError(ObjectNode response, Route route, Map<String, JsonNode> schemas) {
        response.put("description", "Error");
        if (schemas.containsKey(ERROR_SCHEMA)) {
            response.set("content", json(ERROR_SCHEMA, route, schemas));
        }
    }

    private static void describeAccess(ObjectNode operation, Access access) {
        var security = operation.putArray("security");
        String who = switch (access) {
            case Access.Public(boolean lenient) -> "Everybody.";
            case Access.Authenticated() -> "Any token.";
            case Access.Granted(var grant) -> "A token with the grant " + grant + ".";
            case Access.Administrator() -> "An administrator's token for everything.";
            case Access.Ruled(String needed, var rule) -> "A credential with " + needed + ".";
            case Access.Runner() -> "A runner token.";
            case Access.SignedIn() -> "A web session.";
        };
        operation.put("description", who);
        if (!(access instanceof Access.Public)) {
            security.addObject().putArray("bearer");
        }
    }

    private static ObjectNode json(String schema, Route route, Map<String, JsonNode> schemas) {
        if (!schemas.containsKey(schema)) {
            throw new IllegalArgumentException(route + " names the schema " + schema + ", which is not there");
        }
        ObjectNode content = NODES.objectNode();
        content.putObject("application/json").putObject("schema").put("$ref", "#/components/schemas/" + schema);
        return content;
    }

    /** The pattern as OpenAPI writes paths: a tail is a plain parameter there. */
    private static String path(PathPattern pattern) {
        StringBuilder path = new StringBuilder();
        Iterator<String> names = pattern.names().iterator();
        for (Segment segment : pattern.segments()) {
            path.append('/')
                    .append(
                            switch (segment) {
                                case Segment.Literal(String text) -> text;
                                case Segment.Parameter(String prefix, String suffix) ->
                                    prefix + "{" + names.next() + "}" + suffix;
                                case Segment.Tail() -> "{" + names.next() + "}";
                            });
        }
        return path.isEmpty() ? "/" : path.toString();
    }

    /** {@code getApiJobsIdStart}: unique, since no two routes have the same method and shape. */
    private static String operationId(Route route) {
        StringBuilder id = new StringBuilder(route.method().name().toLowerCase(Locale.ROOT));
        for (String word : path(route.pattern()).split("[^A-Za-z0-9]+", -1)) {
            if (!word.isEmpty()) {
                id.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
            }
        }
        return id.toString();
    }
}
