package dev.trivet.harmont.pipeline;

import dev.trivet.harmont.pipeline.PipelineException.Code;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * What can be said of a text before its steps are read: that it is JSON within our bounds, its version, and its form. Looking at it
 * needs no memory to speak of.
 *
 * @param version the member of this name if it is a string, else how it looks; null where there is none
 * @param graph whether it has an object {@code graph} (spec section 3)
 */
record IrText(@Nullable String version, boolean graph) {
    /** Longest text in bytes of UTF-8. */
    static final int MAX_LENGTH = 16 << 20;

    /** Deepest nesting of arrays and objects. */
    static final int MAX_DEPTH = 64;

    /** Most names in all objects that are open at one place: each must be remembered to notice a second one. */
    private static final int MAX_OPEN_NAMES = 200_000;

    private static final int MAX_MESSAGE = 500;

    /** The parser names the setting behind a bound, which an author cannot change. */
    private static final Pattern PARSER_SETTING = Pattern.compile(", from `[^`]*`");

    private static final JsonFactory STRICT = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_LENGTH)
                    .build())
            .disable(TokenStreamFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final JsonFactory CHECKED = STRICT.rebuild()
            .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    static IrText inspect(String text) throws PipelineException {
        if (isTooLong(text)) {
            throw PipelineException.invalidIr("the pipeline is longer than " + MAX_LENGTH
                    + " bytes; move long scripts into the repository and call them");
        }
        try (JsonParser parser = STRICT.createParser(ObjectReadContext.empty(), text)) {
            try {
                return inspect(parser);
            } catch (JacksonException e) {
                throw problem(e, parser);
            }
        }
    }

    /** A parser for a text that {@link #inspect} found sound. */
    static JsonParser parser(String text) {
        return CHECKED.createParser(ObjectReadContext.empty(), text);
    }

    /** What the parser found; a bound is told without its place, so the parser says where it stands. */
    static PipelineException problem(JacksonException e, JsonParser parser) {
        TokenStreamLocation at = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
        Code code = e instanceof StreamConstraintsException ? Code.INVALID_IR : Code.INVALID_JSON;
        String reason = Quoted.shortened(
                        PARSER_SETTING.matcher(e.getOriginalMessage()).replaceAll(""), MAX_MESSAGE)
                .replace("\\\"", "\"");
        return new PipelineException(code, "the pipeline is " + place(at, code) + reason);
    }

    private static String place(TokenStreamLocation at, Code code) {
        String what = code == Code.INVALID_IR ? "out of bounds" : "not JSON";
        return at.getLineNr() < 0
                ? what + ": "
                : what + " at line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    }

    private static IrText inspect(JsonParser parser) throws PipelineException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new PipelineException(Code.INVALID_JSON, "the pipeline is not JSON: the text is empty");
        }
        String version = null;
        boolean graph = false;
        var names = new OpenNames();
        boolean ended = false;
        for (JsonToken token = first; token != null; token = parser.nextToken()) {
            if (ended) {
                throw new PipelineException(
                        Code.INVALID_JSON, "the pipeline is not JSON: something follows after the value");
            }
            names.see(token);
            int depth = parser.streamReadContext().getNestingDepth();
            if (depth == 1 && "version".equals(parser.currentName()) && token != JsonToken.PROPERTY_NAME) {
                version = token == JsonToken.VALUE_STRING ? Quoted.of(parser.getString()) : describe(token, parser);
            } else if (depth == 2 && token == JsonToken.START_OBJECT) {
                graph |= "graph".equals(parser.streamReadContext().getParent().currentName());
            }
            ended = depth == 0;
        }
        if (first != JsonToken.START_OBJECT) {
            throw PipelineException.invalidIr("the top level: expected an object, found "
                    + (first == JsonToken.START_ARRAY ? "an array" : "a single value"));
        }
        return new IrText(version, graph);
    }

    private static String describe(JsonToken token, JsonParser parser) {
        return token.isStructStart() || token.isStructEnd()
                ? "an object or array"
                : Quoted.shortened(parser.getString(), 40);
    }

    /** At most three bytes for each character, so the exact count is seldom needed. */
    private static boolean isTooLong(String text) {
        if (text.length() <= MAX_LENGTH / 3) {
            return false;
        }
        long bytes = 0;
        for (int i = 0; i < text.length() && bytes <= MAX_LENGTH; i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes > MAX_LENGTH;
    }

    /** Counts the names of the objects around the current place. */
    private static final class OpenNames {
        private final int[] counts = new int[MAX_DEPTH + 1];
        private int depth;
        private int open;

        void see(JsonToken token) throws PipelineException {
            if (token.isStructStart()) {
                counts[++depth] = 0;
            } else if (token.isStructEnd()) {
                open -= counts[depth--];
            } else if (token == JsonToken.PROPERTY_NAME) {
                counts[depth]++;
                if (++open > MAX_OPEN_NAMES) {
                    throw PipelineException.invalidIr(
                            "an object has more than " + MAX_OPEN_NAMES + " members; make it smaller");
                }
            }
        }
    }
}
