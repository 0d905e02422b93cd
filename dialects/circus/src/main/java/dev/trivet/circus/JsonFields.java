package dev.trivet.circus;

import dev.trivet.http.HttpException;
import dev.trivet.http.Problem;
import dev.trivet.http.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The members of a JSON object (spec section 2.1): unknown ones are ignored, {@code null} counts as absent. A missing member or one of
 * another type is refused with 422, a text that no column can hold with 400.
 */
public final class JsonFields {
    /** Most bytes of a body: 10 MiB. */
    public static final long BODY_LIMIT = 10L << 20;

    private final ObjectNode object;
    private final String path;

    private JsonFields(ObjectNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /**
     * The body of a request.
     *
     * @throws HttpException 415, 413, 400 or 422 if it is no JSON object
     */
    public static JsonFields of(Request request) throws IOException {
        return of(request.json(), "");
    }

    /** @param path where the object stands, for messages; empty or ending with a dot */
    static JsonFields of(JsonNode node, String path) {
        if (node instanceof ObjectNode object) {
            return new JsonFields(object, path);
        }
        throw unfit(path.isEmpty() ? "the body" : path.substring(0, path.length() - 1), "an object", node);
    }

    /** A member that must be there. */
    public String text(String name) {
        return Objects.requireNonNullElseGet(textOrNull(name), () -> {
            throw missing(name);
        });
    }

    /** A member, or null. */
    public @Nullable String textOrNull(String name) {
        JsonNode node = member(name);
        return node == null ? null : text(node, path + name);
    }

    @Nullable
    Boolean flagOrNull(String name) {
        JsonNode node = member(name);
        if (node != null && !node.isBoolean()) {
            throw unfit(path + name, "true or false", node);
        }
        return node == null ? null : node.booleanValue();
    }

    @Nullable
    Integer numberOrNull(String name) {
        JsonNode node = member(name);
        if (node != null && !(node.isIntegralNumber() && node.canConvertToInt())) {
            throw unfit(path + name, "a whole number of 32 bits", node);
        }
        return node == null ? null : node.intValue();
    }

    List<String> texts(String name) {
        return Objects.requireNonNullElseGet(textsOrNull(name), () -> {
            throw missing(name);
        });
    }

    @Nullable
    List<String> textsOrNull(String name) {
        JsonNode node = member(name);
        if (node == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : array(node, name)) {
            texts.add(text(element, path + name + "[" + texts.size() + "]"));
        }
        return texts;
    }

    List<JsonFields> objects(String name) {
        JsonNode node = member(name);
        if (node == null) {
            throw missing(name);
        }
        List<JsonFields> objects = new ArrayList<>();
        for (JsonNode element : array(node, name)) {
            objects.add(of(element, path + name + "[" + objects.size() + "]."));
        }
        return objects;
    }

    /** The same; none if the member is absent. */
    List<JsonFields> objectsOrNone(String name) {
        return member(name) == null ? List.of() : objects(name);
    }

    /** The whole name of a member, for messages. */
    String path(String name) {
        return path + name;
    }

    /**
     * Refuses members that do not exist, where they can only be mistakes.
     *
     * @throws HttpException 400 naming the first of them and those that exist
     */
    void allow(String... names) {
        for (String name : object.propertyNames()) {
            if (!List.of(names).contains(name)) {
                throw CircusErrors.invalid(path + name, "does not exist; there are " + String.join(", ", names));
            }
        }
    }

    /** A member as it is. */
    @Nullable
    JsonNode member(String name) {
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    private JsonNode array(JsonNode node, String name) {
        if (!node.isArray()) {
            throw unfit(path + name, "a list", node);
        }
        return node;
    }

    private static String text(JsonNode node, String where) {
        if (!node.isString()) {
            throw unfit(where, "a text", node);
        }
        String text = node.stringValue();
        if (!isStorable(text)) {
            throw CircusErrors.invalid(where, "must not contain NUL or half a character");
        }
        return text;
    }

    /** Whether a column can hold the text. */
    static boolean isStorable(String text) {
        return text.codePoints()
                .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    }

    private HttpException missing(String name) {
        return HttpException.of(Problem.Kind.UNPROCESSABLE, path + name + ": is missing; send it in the JSON body");
    }

    private static HttpException unfit(String where, String expected, JsonNode seen) {
        return HttpException.of(
                Problem.Kind.UNPROCESSABLE,
                where + ": expected " + expected + ", not "
                        + seen.getNodeType().name().toLowerCase(Locale.ROOT));
    }
}
