package dev.trivet.harmont.pipeline;

import java.util.Locale;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * How often a failed step runs again: our {@code retry_policy} (spec section 4.5). Immutable.
 *
 * @param maxRetries further attempts after the first, 0 to {@value #MAX_RETRIES}
 * @param backoff how the pauses between attempts grow
 * @param original the object as the client wrote it; the caller owns what the accessor gives
 */
public record Retry(int maxRetries, Backoff backoff, JsonNode original) {
    /** Most retries of one step. */
    public static final int MAX_RETRIES = 100;

    public Retry {
        Objects.requireNonNull(backoff, "backoff is null");
        original = original.deepCopy();
        if (maxRetries < 0 || maxRetries > MAX_RETRIES) {
            throw new IllegalArgumentException("maxRetries is 0 to " + MAX_RETRIES + ", not " + maxRetries);
        }
    }

    /** A policy that no client wrote; its JSON has both members. */
    public Retry(int maxRetries, Backoff backoff) {
        this(
                maxRetries,
                backoff,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("max_retries", maxRetries)
                        .put("backoff", backoff.wireName()));
    }

    @Override
    public JsonNode original() {
        return original.deepCopy();
    }

    /** How the pauses between attempts grow. */
    public enum Backoff {
        /** No pause. */
        NONE,
        /** Each pause longer by the same time. */
        LINEAR,
        /** Each pause twice the one before. */
        EXPONENTIAL;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
