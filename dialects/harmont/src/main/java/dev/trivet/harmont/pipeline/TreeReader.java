package dev.trivet.harmont.pipeline;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads one value as a tree, without the members nobody asked for. The tree's size is bounded, and its texts are such as a database
 * and a process can hold. The depth is bounded by the parser's.
 */
final class TreeReader {
    /** Most values in one step, or in the variables of the pipeline. */
    static final int MAX_VALUES = 200_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonParser parser;
    private int values;

    TreeReader(JsonParser parser) {
        this.parser = parser;
    }

    /** @param members the only ones read of the outermost object, or null for all */
    JsonNode read(@Nullable Set<String> members) throws PipelineException {
        if (++values > MAX_VALUES) {
            throw problem("there are more than " + MAX_VALUES + " values here; make it smaller");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(members);
            case START_ARRAY -> array();
            case VALUE_STRING -> NODES.stringNode(checked(parser.getString()));
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT -> NODES.numberNode(parser.getIntValue());
                    case LONG -> NODES.numberNode(parser.getLongValue());
                    case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> NODES.numberNode(parser.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(finite(parser.getDoubleValue()));
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new IllegalStateException("no value begins with " + parser.currentToken());
        };
    }

    private ObjectNode object(@Nullable Set<String> members) throws PipelineException {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (members == null || members.contains(name)) {
                object.set(checked(name), read(null));
            } else {
                parser.skipChildren();
            }
        }
        return object;
    }

    private ArrayNode array() throws PipelineException {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(read(null));
        }
        return array;
    }

    private String checked(String text) throws PipelineException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw problem("a NUL character (\\u0000) is not allowed");
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw problem("half a surrogate pair (\\u%04x) is not a character".formatted((int) c));
                }
                i++;
            }
        }
        return text;
    }

    private double finite(double number) throws PipelineException {
        if (!Double.isFinite(number)) {
            throw problem("the number is too large");
        }
        return number;
    }

    private PipelineException problem(String reason) {
        return PipelineException.invalidIr(IrCursor.path(parser.streamReadContext()) + ": " + reason);
    }
}
