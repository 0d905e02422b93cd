package dev.trivet.harmont.pipeline;

import dev.trivet.harmont.pipeline.Dependency.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The cache keys of a pipeline's steps (spec section 3.6): those that the client gave, and those it left out, computed by the
 * formula that clients use, so that both name the same snapshots. Immutable; thread-safe if the function is.
 */
public final class CacheKeys {
    private static final String NUL = "\0";
    private static final String ROOT = "scratch";
    private static final String NONE = "none";

    private final String organization;
    private final String pipeline;
    private final long now;
    private final Function<String, Optional<String>> hashes;

    /**
     * @param organization slug, as clients know it
     * @param pipeline slug, as clients know it
     * @param now decides the window of {@code ttl}
     * @param hashes from a path as the pipeline writes it to the lowercase hex SHA-256 of the file's bytes, or, for a directory, of
     *     relative path, NUL, bytes, NUL of each file in it, sorted; empty where there is nothing. The path is the author's: the
     *     function must not follow it out of the source. Asked once for each path.
     */
    public CacheKeys(String organization, String pipeline, Instant now, Function<String, Optional<String>> hashes) {
        this.organization = Objects.requireNonNull(organization, "organization is null");
        this.pipeline = Objects.requireNonNull(pipeline, "pipeline is null");
        this.now = now.getEpochSecond();
        this.hashes = Objects.requireNonNull(hashes, "hashes is null");
    }

    /**
     * The keys by step, in topological order. A step has none if its policy is {@code none}, if it gave no key and its policy cannot
     * be resolved (unknown, without a window, a path that does not exist), or if it gave no key and builds in a step without one.
     */
    public Map<String, String> of(Definition steps) {
        Map<String, String> parents = new HashMap<>();
        for (Dependency edge : steps.edges()) {
            if (edge.kind() == Kind.BUILDS_IN) {
                parents.put(edge.to(), edge.from());
            }
        }
        Map<String, Optional<String>> hashed = new HashMap<>();
        Map<String, String> keys = new LinkedHashMap<>();
        for (Step step : steps.topological()) {
            String parent = parents.get(step.key());
            String parentKey = parent == null ? ROOT : keys.get(parent);
            key(step, parentKey, hashed).ifPresent(key -> keys.put(step.key(), key));
        }
        return keys;
    }

    private Optional<String> key(Step step, @Nullable String parentKey, Map<String, Optional<String>> hashed) {
        Cache cache = step.cache();
        if (cache == null || cache.policy().equals(NONE)) {
            return Optional.empty();
        }
        if (cache.key() != null) {
            return Optional.of(cache.key());
        }
        if (parentKey == null) {
            return Optional.empty();
        }
        return resolution(cache, step, hashed)
                .map(resolution -> sha256(String.join(NUL, organization, pipeline, step.key(), parentKey, resolution)));
    }

    private Optional<String> resolution(Cache cache, Step step, Map<String, Optional<String>> hashed) {
        return switch (cache.policy()) {
            case NONE -> Optional.of(NONE);
            case "forever" -> Optional.of("forever-" + command(cache, step));
            case "ttl" ->
                Optional.ofNullable(cache.durationSeconds())
                        .map(window -> "ttl-" + Math.floorDiv(now, window) + "-" + command(cache, step));
            case "on_change" -> content(cache, hashed).map(hash -> "sha-" + hash);
            case "compose" -> composition(cache, step, hashed).map(hash -> "compose-" + hash);
            default -> Optional.empty();
        };
    }

    /** The command and the variables it depends on; one that is not set counts as empty. */
    private static String command(Cache cache, Step step) {
        var text = new StringBuilder(step.command()).append(NUL);
        for (String name : sorted(cache.envKeys())) {
            text.append(name)
                    .append('=')
                    .append(step.environment().getOrDefault(name, ""))
                    .append(NUL);
        }
        return sha256(text.toString());
    }

    private Optional<String> content(Cache cache, Map<String, Optional<String>> hashed) {
        var text = new StringBuilder();
        for (String path : sorted(cache.paths())) {
            Optional<String> hash = hashed.computeIfAbsent(path, hashes);
            if (hash.isEmpty()) {
                return Optional.empty();
            }
            text.append(hash.get()).append(NUL);
        }
        // Nothing to depend on would mean: valid for ever.
        return text.isEmpty() ? Optional.empty() : Optional.of(sha256(text.toString()));
    }

    private Optional<String> composition(Cache cache, Step step, Map<String, Optional<String>> hashed) {
        var text = new StringBuilder();
        for (Cache sub : cache.subPolicies()) {
            Optional<String> resolution = resolution(sub, step, hashed);
            if (resolution.isEmpty()) {
                return Optional.empty();
            }
            text.append(resolution.get());
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(sha256(text.toString()));
    }

    /** By code point, as the clients' languages sort; Java's own order differs beyond the basic plane. */
    private static List<String> sorted(List<String> texts) {
        List<String> sorted = new ArrayList<>(texts);
        sorted.sort((one, other) ->
                Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8)));
        return sorted;
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
