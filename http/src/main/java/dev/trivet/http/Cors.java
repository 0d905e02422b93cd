package dev.trivet.http;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which other sites' scripts may call the routes of a group, with credentials. Sites that are not named are told nothing.
 *
 * @param origins such as {@code https://app.example.org}; exactly these
 */
public record Cors(Set<String> origins) {
    /** No other site. */
    public static final Cors NONE = new Cors(Set.of());

    private static final Header VARY = new Header("Vary", "Origin");

    public Cors {
        origins = Set.copyOf(origins);
    }

    /** The headers of every answer to a request of this origin. */
    List<Header> answer(@Nullable String origin) {
        if (origins.isEmpty()) {
            return List.of();
        }
        return allowed(origin)
                .map(known -> List.of(
                        VARY,
                        new Header("Access-Control-Allow-Origin", known),
                        new Header("Access-Control-Allow-Credentials", "true")))
                .orElse(List.of(VARY));
    }

    /** The further headers of the answer to a browser that asks before it calls. */
    List<Header> preflight(@Nullable String origin) {
        return allowed(origin)
                .map(known -> List.of(
                        new Header("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE"),
                        new Header("Access-Control-Allow-Headers", "authorization, content-type"),
                        new Header("Access-Control-Max-Age", "600")))
                .orElse(List.of());
    }

    private Optional<String> allowed(@Nullable String origin) {
        return Optional.ofNullable(origin).filter(origins::contains);
    }
}
