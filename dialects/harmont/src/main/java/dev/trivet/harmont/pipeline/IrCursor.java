package dev.trivet.harmont.pipeline;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Walks through a text whose JSON is known to be sound. It reads what is asked for and skips the rest, so memory goes into what is
 * kept, not into the text. Not thread-safe.
 */
final class IrCursor {
    private final JsonParser parser;

    /** @param parser before its first token */
    IrCursor(JsonParser parser) {
        this.parser = parser;
        parser.nextToken();
    }

    /** Reads one member's value, or leaves it, in which case it is skipped. */
    interface Member {
        void read(String name) throws PipelineException;
    }

    /** Reads one item, or leaves it, in which case it is skipped. */
    interface Item {
        void read() throws PipelineException;
    }

    boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    /** Visits the members of the object that begins here. */
    void members(Member member) throws PipelineException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrong("an object");
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            member.read(name);
            parser.skipChildren();
        }
    }

    /** Visits the items of the array that begins here. */
    void items(Item item) throws PipelineException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrong("an array");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            item.read();
            parser.skipChildren();
        }
    }

    /** The whole value that begins here. */
    IrNode value() throws PipelineException {
        return value(null);
    }

    /** The step that begins here, with only the members that somebody knows. */
    IrNode step(Set<String> members) throws PipelineException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrong("an object");
        }
        return value(members);
    }

    private IrNode value(@Nullable Set<String> members) throws PipelineException {
        String path = path();
        return new IrNode(path, new TreeReader(parser).read(members), members != null);
    }

    private PipelineException wrong(String expected) throws PipelineException {
        JsonNode found = switch (parser.currentToken()) {
            case START_OBJECT -> JsonNodeFactory.instance.objectNode();
            case START_ARRAY -> JsonNodeFactory.instance.arrayNode();
            default -> new TreeReader(parser).read(null);
        };
        return new IrNode(path(), found, false).wrong(expected);
    }

    /** Where this is, such as {@code graph.nodes[3].step}. */
    String path() {
        return path(parser.streamReadContext());
    }

    static String path(TokenStreamContext context) {
        var path = new StringBuilder();
        for (TokenStreamContext at = context; at != null && !at.inRoot(); at = at.getParent()) {
            if (at.inObject() && at.hasCurrentName()) {
                path.insert(0, IrNode.member(at.currentName()));
            } else if (at.inArray() && at.hasCurrentIndex()) {
                path.insert(0, "[" + at.getCurrentIndex() + "]");
            }
        }
        return path.isEmpty() ? "the top level" : path.charAt(0) == '.' ? path.substring(1) : path.toString();
    }
}
