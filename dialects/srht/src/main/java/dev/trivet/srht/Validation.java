package dev.trivet.srht;

import dev.trivet.http.Fields;
import dev.trivet.http.HttpException;
import dev.trivet.http.Problem;
import dev.trivet.http.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of a request, from JSON or from an HTML form, and everything that is wrong with them (spec section 3.1: all problems
 * are listed). Fields that nobody asks for are ignored. For one request, on one thread.
 */
final class Validation {
    private final ObjectNode fields;
    private final boolean form;
    private final String prefix;
    private final List<Problem.Detail> problems;

    private Validation(ObjectNode fields, boolean form, String prefix, List<Problem.Detail> problems) {
        this.fields = fields;
        this.form = form;
        this.prefix = prefix;
        this.problems = problems;
    }

    /**
     * The fields of this request: JSON if it says so, otherwise a form.
     *
     * @throws HttpException 400 if the body cannot be read as what it says it is
     */
    static Validation of(Request request) throws IOException {
        return request.isJson()
                ? new Validation(request.jsonObject(), false, "", new ArrayList<>())
                : new Validation(object(request.form()), true, "", new ArrayList<>());
    }

    /** In a form every field is a list of texts; {@link #value} makes of it what is asked for. */
    private static ObjectNode object(Fields form) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (String name : form.names()) {
            ArrayNode values = object.putArray(name);
            form.all(name).forEach(values::add);
        }
        return object;
    }

    Optional<String> text(String field) {
        Optional<JsonNode> value = value(field);
        if (value.isPresent() && !value.get().isString()) {
            problem(field, field + " should be a str");
            return Optional.empty();
        }
        return value.map(JsonNode::stringValue).filter(text -> isStorable(field, text));
    }

    String requiredText(String field) {
        if (!fields.has(field)) {
            problem(field, field + " is required");
        }
        return text(field).orElse("");
    }

    Optional<Boolean> bool(String field) {
        Optional<JsonNode> value = value(field);
        if (value.isPresent() && form) {
            return formBool(field, value.get().stringValue());
        }
        if (value.isPresent() && !value.get().isBoolean()) {
            problem(field, field + " should be a bool");
            return Optional.empty();
        }
        return value.map(JsonNode::booleanValue);
    }

    private Optional<Boolean> formBool(String field, String word) {
        return switch (word) {
            case "true", "on", "yes", "1" -> Optional.of(true);
            case "false", "off", "no", "0", "" -> Optional.of(false);
            default -> {
                problem(field, field + " should be a bool");
                yield Optional.empty();
            }
        };
    }

    Optional<List<String>> texts(String field) {
        Optional<ArrayNode> list = list(field);
        if (list.isEmpty()) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : list.get()) {
            if (!item.isString()) {
                problem(field, field + " should be a list of str");
                return Optional.empty();
            }
            if (!isStorable(field, item.stringValue())) {
                return Optional.empty();
            }
            texts.add(item.stringValue());
        }
        return Optional.of(texts);
    }

    List<Integer> requiredInts(String field) {
        if (!fields.has(field)) {
            problem(field, field + " is required");
        }
        List<Integer> ints = new ArrayList<>();
        for (JsonNode item : list(field).orElse(JsonNodeFactory.instance.arrayNode())) {
            Optional<Integer> number = number(item);
            if (number.isEmpty()) {
                problem(field, field + " should be a list of int");
                return List.of();
            }
            ints.add(number.get());
        }
        return ints;
    }

    private Optional<Integer> number(JsonNode item) {
        if (item.isIntegralNumber() && item.canConvertToInt()) {
            return Optional.of(item.intValue());
        }
        if (form && item.isString() && item.stringValue().matches("[0-9]{1,9}")) {
            return Optional.of(Integer.parseInt(item.stringValue()));
        }
        return Optional.empty();
    }

    /** The objects of a list, each as fields of their own whose problems are listed here with their place. */
    List<Validation> objects(String field) {
        List<Validation> objects = new ArrayList<>();
        for (JsonNode item : list(field).orElse(JsonNodeFactory.instance.arrayNode())) {
            String place = prefix + field + "[" + objects.size() + "]";
            if (!(item instanceof ObjectNode object)) {
                problems.add(new Problem.Detail(place, place + " should be an object"));
                return List.of();
            }
            objects.add(new Validation(object, false, place + ".", problems));
        }
        return objects;
    }

    private Optional<ArrayNode> list(String field) {
        JsonNode value = fields.get(field);
        if (isNull(field, value)) {
            return Optional.empty();
        }
        if (value instanceof ArrayNode list) {
            return Optional.of(list);
        }
        problem(field, field + " should be a list");
        return Optional.empty();
    }

    private Optional<JsonNode> value(String field) {
        JsonNode value = fields.get(field);
        if (isNull(field, value)) {
            return Optional.empty();
        }
        return Optional.of(form && value instanceof ArrayNode list ? list.get(0) : value);
    }

    /** Whether there is no value; an explicit null is a problem. */
    private boolean isNull(String field, @Nullable JsonNode value) {
        if (value != null && value.isNull()) {
            problem(field, field + " may not be null");
        }
        return value == null || value.isNull();
    }

    /** PostgreSQL keeps no NUL, and UTF-8 no half of a surrogate pair. */
    private boolean isStorable(String field, String text) {
        boolean storable = text.codePoints().noneMatch(p -> p == 0 || (p >= 0xD800 && p <= 0xDFFF));
        if (!storable) {
            problem(field, field + " may not contain NUL characters or halves of surrogate pairs");
        }
        return storable;
    }

    /** Something is wrong with this field; of the problems of one field the first counts. */
    void problem(String field, String reason) {
        String name = prefix + field;
        if (problems.stream().noneMatch(known -> name.equals(known.field()))) {
            problems.add(new Problem.Detail(name, prefix + reason));
        }
    }

    /** Something is wrong that belongs to no field. */
    void problem(String reason) {
        problems.add(new Problem.Detail(null, reason));
    }

    boolean isValid() {
        return problems.isEmpty();
    }

    /** @throws HttpException 400 with all problems, if there are any */
    void check() {
        if (!problems.isEmpty()) {
            throw HttpException.validation(problems);
        }
    }
}
