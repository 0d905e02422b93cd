package dev.trivet.circus;

import dev.trivet.core.json.Json;
import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.OpenApi;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the API says of itself (spec section 2.11). */
final class MetaRoutes {
    private static final JsonNode ERROR = Json.MAPPER.readTree("""
            {"type": "object", "required": ["error", "error_code"],
             "properties": {"error": {"type": "string"}, "error_code": {"type": "string"}}}
            """);

    private MetaRoutes() {}

    /**
     * These routes, and the document of all routes, itself included.
     *
     * @param elsewhere routes of other groups that the document has, too
     */
    static List<Route> with(List<Route> others, List<Route> elsewhere) {
        List<Route> all = new ArrayList<>(others);
        // The document describes its own route too: it is filled after the route is there.
        ObjectNode document = Json.MAPPER.createObjectNode();
        all.add(Route.get("/api/v1/openapi.json", Access.PUBLIC_LENIENT, request -> Response.json(document))
                .describedAs(Description.of("OpenAPI specification").in("meta")));
        List<Route> described = new ArrayList<>(all);
        described.addAll(elsewhere);
        document.setAll(OpenApi.document("Circus API", "1", described, Map.of("Error", ERROR)));
        return all;
    }
}
