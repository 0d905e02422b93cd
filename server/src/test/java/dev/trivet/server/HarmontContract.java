package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One OpenAPI document, and answers checked against it. */
final class HarmontContract {
    private static final JsonMapper JSON = new JsonMapper();

    private final JsonNode document;
    private final boolean complete;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, Schema> schemas = new HashMap<>();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(Dialects.getOpenApi30());

    private record Operation(String method, Pattern path, JsonNode responses, String id) {}

    /** @param complete whether it names every operation and every status that there is */
    HarmontContract(JsonNode document, boolean complete) {
        this.document = document;
        this.complete = complete;
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> operations.add(new Operation(
                                operation.getKey(),
                                Pattern.compile(path.getKey().replaceAll("\\{[^}]+}", "[^/]+")),
                                operation.getValue().path("responses"),
                                operation.getValue().path("operationId").asString()))));
    }

    /** The document of the reference, which names not every error. */
    static HarmontContract ofTheReference() throws IOException {
        try (InputStream in = HarmontContract.class.getResourceAsStream("harmont-openapi-v0.json")) {
            return new HarmontContract(JSON.readTree(in), false);
        }
    }

    /** Fails if an answer is not as the document says. */
    void check(String method, String path, int status, String body) {
        String plain = path.replaceFirst("\\?.*", "");
        Operation operation = operations.stream()
                .filter(candidate -> candidate.method().equalsIgnoreCase(method)
                        && candidate.path().matcher(plain).matches())
                .findFirst()
                .orElse(null);
        if (operation == null) {
            assertThat(complete)
                    .as("the document has no operation %s %s", method, plain)
                    .isFalse();
            return;
        }
        JsonNode response = operation.responses().path(Integer.toString(status));
        if (response.isMissingNode() && status >= 400) {
            response = operation.responses().path("default");
        }
        if (response.isMissingNode()) {
            assertThat(status >= 400 && !complete)
                    .as("%s answers %d, which the document does not know", operation.id(), status)
                    .isTrue();
            return;
        }
        JsonNode schema = response.at("/content/application~1json/schema");
        if (!schema.isMissingNode()) {
            List<Error> errors = schema(schema).validate(JSON.readTree(body));
            assertThat(errors)
                    .as("%s answers %d with %s", operation.id(), status, body)
                    .isEmpty();
        } else if (complete) {
            assertThat(body)
                    .as("%s answers %d with a body", operation.id(), status)
                    .isEmpty();
        }
    }

    private Schema schema(JsonNode schema) {
        return schemas.computeIfAbsent(schema.toString(), text -> {
            ObjectNode whole = JSON.createObjectNode();
            whole.putArray("allOf").add(schema);
            whole.set("components", document.get("components"));
            return registry.getSchema(whole);
        });
    }
}
