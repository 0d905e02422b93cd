package dev.trivet.harmont.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One value of the text together with its place, so that a problem can name it: {@code steps[3].env.PORT of step "unit"}. A member
 * that is {@code null} counts as absent.
 */
final class IrNode {
    private static final int MAX_SHOWN = 60;

    private final @Nullable IrNode parent;
    private final String place;
    private final JsonNode value;
    private final boolean step;

    private IrNode(@Nullable IrNode parent, String place, JsonNode value, boolean step) {
        this.parent = parent;
        this.place = place;
        this.value = value;
        this.step = step;
    }

    /** @param step whether the value is a step, whose problems are told with its key */
    IrNode(String path, JsonNode value, boolean step) {
        this(null, path, value, step);
    }

    private IrNode child(String place, JsonNode child) {
        return new IrNode(this, place, child, false);
    }

    /** How a path goes on into a member. */
    static String member(String name) {
        boolean plain = !name.isEmpty()
                && name.length() <= MAX_SHOWN
                && name.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-'));
        return plain ? "." + name : "[\"" + Quoted.shortened(name, MAX_SHOWN) + "\"]";
    }

    /** The member, or null where it is absent or null. */
    @Nullable
    IrNode get(String name) {
        JsonNode member = value.get(name);
        return member == null || member.isNull() ? null : child(member(name), member);
    }

    @Nullable
    String textOf(String name) throws PipelineException {
        IrNode member = get(name);
        return member == null ? null : member.text();
    }

    @Nullable
    Long wholeOf(String name, long min, long max) throws PipelineException {
        IrNode member = get(name);
        return member == null ? null : member.whole(min, max);
    }

    List<String> textsOf(String name) throws PipelineException {
        IrNode member = get(name);
        List<String> texts = new ArrayList<>();
        for (IrNode item : member == null ? List.<IrNode>of() : member.items("an array of strings")) {
            texts.add(item.text());
        }
        return texts;
    }

    String text() throws PipelineException {
        if (!value.isString()) {
            throw wrong("a string");
        }
        return value.stringValue();
    }

    boolean flag() throws PipelineException {
        if (!value.isBoolean()) {
            throw wrong("true or false");
        }
        return value.booleanValue();
    }

    /** A whole number within the bounds, however it is written: 60, 60.0 and 6e1 are the same. */
    long whole(long min, long max) throws PipelineException {
        boolean fits = value.isIntegralNumber()
                ? value.canConvertToLong()
                : value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue());
        long number = !fits ? min - 1 : value.isIntegralNumber() ? value.longValue() : (long) value.doubleValue();
        if (number < min || number > max) {
            throw wrong("a whole number from " + min + " to " + max);
        }
        return number;
    }

    List<IrNode> items(String expected) throws PipelineException {
        if (!value.isArray()) {
            throw wrong(expected);
        }
        List<IrNode> items = new ArrayList<>(value.size());
        for (JsonNode item : value) {
            items.add(child("[" + items.size() + "]", item));
        }
        return items;
    }

    JsonNode value() {
        return value;
    }

    JsonNode object(String expected) throws PipelineException {
        if (!value.isObject()) {
            throw wrong(expected);
        }
        return value;
    }

    /** Variables by name, in the order of the text. */
    Map<String, String> environment() throws PipelineException {
        Map<String, String> variables = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : object("an object of strings").properties()) {
            String name = entry.getKey();
            var variable = child(member(name), entry.getValue());
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw variable.problem("the name of a variable is not empty and has no \"=\"");
            }
            if (!entry.getValue().isString()) {
                throw variable.wrong("a string (numbers and flags go into quotes)");
            }
            variables.put(name, entry.getValue().stringValue());
        }
        return variables;
    }

    PipelineException missing(String name, String remedy) {
        return child(member(name), value).problem("is missing; " + remedy);
    }

    PipelineException wrong(String expected) {
        return problem("expected " + expected + ", found " + describe(value));
    }

    PipelineException problem(String reason) {
        return PipelineException.invalidIr(path() + owner() + ": " + reason);
    }

    /** Where the value stands, such as {@code steps[3]}. */
    String path() {
        return parent == null ? place : parent.path() + place;
    }

    /** Which step the value belongs to, if its key is known. */
    private String owner() {
        IrNode root = this;
        while (root.parent != null) {
            root = root.parent;
        }
        JsonNode key = root.step && root != this ? root.value.get("key") : null;
        return key != null && key.isString() ? " of step " + Quoted.of(key.stringValue()) : "";
    }

    static String describe(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT, POJO -> "an object";
            case ARRAY -> "an array";
            case STRING -> "the string \"" + Quoted.shortened(value.stringValue(), MAX_SHOWN) + "\"";
            case NUMBER -> "the number " + Quoted.shortened(value.asString(), MAX_SHOWN);
            case BOOLEAN -> String.valueOf(value.booleanValue());
            case NULL -> "null";
            case MISSING, BINARY -> "nothing";
        };
    }
}
