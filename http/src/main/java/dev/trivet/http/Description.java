package dev.trivet.http;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the OpenAPI document says about a route.
 *
 * @param summary one line
 * @param requestSchema name of the schema of the JSON body, if there is one
 * @param responseSchema name of the schema of the answer, if it is JSON
 */
public record Description(
        String summary,
        @Nullable String requestSchema,
        @Nullable String responseSchema) {
    public Description {
        Objects.requireNonNull(summary, "summary is null");
    }
}
