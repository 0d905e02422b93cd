package dev.trivet.harmont;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The settings of this dialect.
 *
 * @param origin address of this server as users see it, without a slash at its end
 * @param defaultImage image of jobs that name none
 * @param imageAliases images by the names that pipelines use for them, such as {@code ubuntu:24.04}
 * @param logTokenSecret what log tokens are signed with; empty for a secret that the server makes and keeps
 * @param corsOrigins sites whose scripts may call the API
 */
public record HarmontSettings(
        String origin,
        String defaultImage,
        Map<String, String> imageAliases,
        String logTokenSecret,
        Set<String> corsOrigins) {
    /** Longest time of a job that names none (spec section 4.5). */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofHours(1);

    public HarmontSettings {
        Objects.requireNonNull(origin, "origin is null");
        Objects.requireNonNull(defaultImage, "defaultImage is null");
        Objects.requireNonNull(logTokenSecret, "logTokenSecret is null");
        imageAliases = Map.copyOf(imageAliases);
        corsOrigins = Set.copyOf(corsOrigins);
        if (!origin.matches("https?://[^/]+")) {
            throw new IllegalArgumentException("an origin is http(s)://host[:port] without a path, not: " + origin);
        }
    }

    /** What the runner calls the image that a pipeline names. */
    String image(String name) {
        return imageAliases.getOrDefault(name, name);
    }
}
