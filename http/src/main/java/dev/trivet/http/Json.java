package dev.trivet.http;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes JSON: bounded depth, no key twice in an object, nothing after the value. */
public final class Json {
    private static final int DEPTH = 64;
    private static final int TOKENS = 200_000;
    /** An archive in base64 is one string. */
    private static final int STRING_LENGTH = 32 << 20;

    private static final int NAME_LENGTH = 1024;
    private static final int NUMBER_LENGTH = 100;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .maxTokenCount(TOKENS)
                            .maxStringLength(STRING_LENGTH)
                            .maxNameLength(NAME_LENGTH)
                            .maxNumberLength(NUMBER_LENGTH)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Json() {}

    /** The mapper that bodies are read and answers are written with: records, java.time as ISO 8601, unknown members ignored. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /**
     * Reads one JSON value.
     *
     * @throws HttpException 400 telling what is wrong at which line and column
     */
    static JsonNode read(byte[] bytes) {
        if (isBlank(bytes)) {
            throw HttpException.badRequest("the body is empty, but JSON was expected");
        }
        try {
            return MAPPER.readTree(bytes);
        } catch (JacksonException e) {
            throw HttpException.badRequest("the body is not valid JSON" + position(e) + ": " + e.getOriginalMessage());
        }
    }

    /**
     * Reads one JSON value as a record.
     *
     * @throws HttpException 400 if it is not JSON; 422 naming the member if it does not fit
     */
    static <T> T read(byte[] bytes, Class<T> type) {
        JsonNode node = read(bytes);
        try {
            return MAPPER.treeToValue(node, type);
        } catch (JacksonException e) {
            String member = e.getPath().stream()
                    .map(reference -> reference.getPropertyName() == null
                            ? "[" + reference.getIndex() + "]"
                            : "." + reference.getPropertyName())
                    .reduce("", String::concat);
            throw HttpException.of(
                    Problem.Kind.UNPROCESSABLE,
                    "the body does not fit" + (member.isEmpty() ? "" : " at " + member) + ": "
                            + e.getOriginalMessage());
        }
    }

    /** The bytes of this value in UTF-8. */
    static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return false;
            }
        }
        return true;
    }

    private static String position(JacksonException failure) {
        TokenStreamLocation at = failure.getLocation();
        return at == null || at.getLineNr() < 0 ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    }
}
