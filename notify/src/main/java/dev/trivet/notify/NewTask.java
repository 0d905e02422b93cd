package dev.trivet.notify;

import dev.trivet.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something to deliver.
 *
 * @param dialect whose it is
 * @param kind which {@link Channel} of the dialect delivers it
 * @param destination those of one destination wait for each other when it is slow or dead, and are let alone together when it asks for that;
 *     an origin such as {@code https://example.org} is a good one
 * @param stream those of one stream are delivered one after another in the order in which they were added; null for none
 * @param latestOnly whether a later one of the same stream makes this one pointless
 * @param payload without credentials: administrators see it
 * @param maxAttempts at least 1
 */
public record NewTask(
        String dialect,
        String kind,
        String destination,
        @Nullable String stream,
        boolean latestOnly,
        Map<String, ?> payload,
        int maxAttempts) {
    /** Most bytes of a payload: 1 MiB. */
    public static final int LARGEST = 1 << 20;

    private static final int LONGEST_NAME = 1000;

    /** @throws IllegalArgumentException for a name that is too long, or no attempts */
    public NewTask {
        Objects.requireNonNull(dialect, "dialect is null");
        Objects.requireNonNull(kind, "kind is null");
        payload = Map.copyOf(payload);
        if (destination.length() > LONGEST_NAME || (stream != null && stream.length() > LONGEST_NAME)) {
            throw new IllegalArgumentException("a destination or stream has more than 1000 characters");
        }
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("a task needs at least one attempt, not " + maxAttempts);
        }
    }

    /** @throws IllegalArgumentException if it is larger than {@link #LARGEST} */
    String json() {
        String json = Json.write(payload);
        if (json.length() > LARGEST || json.getBytes(StandardCharsets.UTF_8).length > LARGEST) {
            throw new IllegalArgumentException("what is to be delivered has more than " + LARGEST + " bytes");
        }
        return json;
    }
}
