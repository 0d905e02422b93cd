package dev.trivet.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the OpenAPI document says about a route. Immutable; each method answers a changed copy.
 *
 * @param summary one line
 * @param operationId its name in generated clients, or null for one made from the path
 * @param tag the chapter it belongs to, or null
 * @param requestSchema name of the schema of the JSON body, if there is one
 * @param status of success
 * @param responseSchema name of the schema of the answer, if it is JSON
 * @param contentType of an answer that is not JSON, or null
 * @param errors statuses of errors worth naming
 * @param query names of the query's parameters, all optional
 */
public record Description(
        String summary,
        @Nullable String operationId,
        @Nullable String tag,
        @Nullable String requestSchema,
        int status,
        @Nullable String responseSchema,
        @Nullable String contentType,
        List<Integer> errors,
        List<String> query) {
    public Description {
        Objects.requireNonNull(summary, "summary is null");
        errors = List.copyOf(errors);
        query = List.copyOf(query);
    }

    /** One line and nothing else; success is 200. */
    public static Description of(String summary) {
        return new Description(summary, null, null, null, 200, null, null, List.of(), List.of());
    }

    public Description named(String id) {
        return new Description(summary, id, tag, requestSchema, status, responseSchema, contentType, errors, query);
    }

    public Description in(String chapter) {
        return new Description(
                summary, operationId, chapter, requestSchema, status, responseSchema, contentType, errors, query);
    }

    public Description taking(String schema) {
        return new Description(summary, operationId, tag, schema, status, responseSchema, contentType, errors, query);
    }

    /** Succeeds with that status and without a body. */
    public Description answering(int success) {
        return new Description(summary, operationId, tag, requestSchema, success, null, null, errors, query);
    }

    /** Succeeds with that status and JSON of that schema. */
    public Description answering(int success, String schema) {
        return new Description(summary, operationId, tag, requestSchema, success, schema, null, errors, query);
    }

    /** Succeeds with 200 and bytes of that type. */
    public Description sending(String type) {
        return new Description(summary, operationId, tag, requestSchema, 200, null, type, errors, query);
    }

    /** May fail with these, too. */
    public Description failing(int... statuses) {
        List<Integer> more = new ArrayList<>(errors);
        IntStream.of(statuses).forEach(more::add);
        return new Description(
                summary, operationId, tag, requestSchema, status, responseSchema, contentType, more, query);
    }

    /** Looks at these parameters of the query. */
    public Description asking(String... names) {
        return new Description(
                summary, operationId, tag, requestSchema, status, responseSchema, contentType, errors, List.of(names));
    }
}
