package dev.trivet.circus;

import dev.trivet.http.HttpException;
import dev.trivet.http.Problem.Kind;
import dev.trivet.http.Request;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The members of a JSON object that was sent (spec section 2.1): those that are not known do not matter, null is as good as absent, and one
 * of a wrong type or missing is answered 422.
 *
 * @param object the whole
 */
record SentJson(ObjectNode object) {
    SentJson {
        Objects.requireNonNull(object, "object is null");
    }

    /**
     * The body of a request.
     *
     * @throws HttpException 400 if it is no JSON, 415 if it says that it is none, 422 if it is no object
     */
    static SentJson of(Request request) throws IOException {
        if (request.json() instanceof ObjectNode object) {
            return new SentJson(object);
        }
        throw wrong("the body should be a JSON object");
    }

    Optional<String> text(String name) {
        return member(name).map(value -> {
            if (!value.isString()) {
                throw wrong(name + " should be a string, not " + value);
            }
            return value.asString();
        });
    }

    String requiredText(String name) {
        return text(name).orElseThrow(() -> wrong("the member " + name + " is missing; it should be a string"));
    }

    Optional<Boolean> flag(String name) {
        return member(name).map(value -> {
            if (!value.isBoolean()) {
                throw wrong(name + " should be true or false, not " + value);
            }
            return value.asBoolean();
        });
    }

    private Optional<JsonNode> member(String name) {
        return Optional.ofNullable(object.get(name)).filter(value -> !value.isNull());
    }

    private static HttpException wrong(String message) {
        return HttpException.of(
                Kind.UNPROCESSABLE, message.length() <= 300 ? message : message.substring(0, 300) + "…");
    }
}
