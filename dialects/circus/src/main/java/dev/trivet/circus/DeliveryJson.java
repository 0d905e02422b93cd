package dev.trivet.circus;

import dev.trivet.core.json.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The body of a webhook whose signature is right. A member of another type than expected is refused with 400. */
final class DeliveryJson {
    private final JsonNode root;

    private DeliveryJson(JsonNode root) {
        this.root = root;
    }

    /** @throws dev.trivet.http.HttpException 400 if it is no JSON object */
    static DeliveryJson read(byte[] body) {
        try {
            JsonNode root = Json.MAPPER.readTree(new String(body, StandardCharsets.UTF_8));
            if (root != null && root.isObject()) {
                return new DeliveryJson(root);
            }
        } catch (JacksonException malformed) {
            throw CircusErrors.of(
                    ErrorCode.VALIDATION_ERROR, "the body is not valid JSON: " + malformed.getOriginalMessage());
        }
        throw CircusErrors.of(ErrorCode.VALIDATION_ERROR, "the body should be a JSON object");
    }

    /** @param pointer such as {@code /pull_request/head/sha} */
    @Nullable
    String text(String pointer) {
        JsonNode node = root.at(pointer);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isString() || !JsonFields.isStorable(node.stringValue())) {
            throw unfit(pointer, "a text");
        }
        return node.stringValue();
    }

    /** False if it is not there. */
    boolean flag(String pointer) {
        JsonNode node = root.at(pointer);
        if (!node.isMissingNode() && !node.isNull() && !node.isBoolean()) {
            throw unfit(pointer, "true or false");
        }
        return node.isBoolean() && node.booleanValue();
    }

    int number(String pointer) {
        JsonNode node = root.at(pointer);
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw unfit(pointer, "a whole number");
        }
        return node.intValue();
    }

    private static RuntimeException unfit(String pointer, String expected) {
        return CircusErrors.invalid(pointer.substring(1).replace('/', '.'), "expected " + expected);
    }
}
