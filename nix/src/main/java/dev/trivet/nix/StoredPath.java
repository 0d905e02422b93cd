package dev.trivet.nix;

import dev.trivet.core.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * All that a store knows of a path.
 *
 * @param narHash of its archive, as Nix writes hashes: with the algorithm, and SRI or base 32 or 16
 * @param narSize of its archive in bytes
 * @param references paths, itself perhaps among them
 * @param deriver the derivation that it came from
 * @param signatures each as {@code key:base64}
 * @param contentAddress if the path is made of its content
 */
public record StoredPath(
        String path,
        String narHash,
        long narSize,
        List<String> references,
        Optional<String> deriver,
        List<String> signatures,
        Optional<String> contentAddress) {
    private static final int LONGEST_ANSWER = 512 << 20;

    public StoredPath {
        Objects.requireNonNull(path, "path is null");
        Objects.requireNonNull(narHash, "narHash is null");
        references = List.copyOf(references);
        Objects.requireNonNull(deriver, "deriver is null");
        signatures = List.copyOf(signatures);
        Objects.requireNonNull(contentAddress, "contentAddress is null");
    }

    /**
     * These paths and everything that they refer to.
     *
     * @throws PathAbsentException if the store does not have one of them
     * @throws IOException if it cannot be asked
     */
    public static List<StoredPath> closure(Nix nix, List<String> paths) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("path-info", "--recursive", "--json", "--"));
        arguments.addAll(paths);
        String said =
                new NixCommand(nix, arguments).longestAnswer(LONGEST_ANSWER).run();
        List<StoredPath> all = parse(said);
        if (all.isEmpty()) {
            throw new IOException("nix path-info tells nothing of " + String.join(", ", paths));
        }
        return all;
    }

    /** An array until Nix 2.18, an object by path after it. */
    static List<StoredPath> parse(String said) throws IOException {
        List<StoredPath> all = new ArrayList<>();
        try {
            JsonNode json = Json.MAPPER.readTree(said);
            if (json.isArray()) {
                for (JsonNode one : json) {
                    all.add(of(one.path("path").stringValue(""), one));
                }
            } else {
                for (var one : json.properties()) {
                    all.add(of(one.getKey(), one.getValue()));
                }
            }
        } catch (JacksonException unreadable) {
            throw new IOException("nix path-info answers something that is not JSON: " + Words.end(said), unreadable);
        }
        return all;
    }

    private static StoredPath of(String path, JsonNode info) throws IOException {
        String hash = info.path("narHash").stringValue("");
        if (path.isEmpty() || hash.isEmpty()) {
            // Newer ones say null of a path that is not there.
            throw new PathAbsentException(path);
        }
        return new StoredPath(
                path,
                hash,
                info.path("narSize").asLong(0),
                texts(info.path("references")),
                text(info.path("deriver")),
                texts(info.path("signatures")),
                text(info.path("ca")));
    }

    private static Optional<String> text(JsonNode node) {
        return Optional.of(node.stringValue("")).filter(text -> !text.isEmpty());
    }

    private static List<String> texts(JsonNode nodes) {
        return nodes.valueStream().map(node -> node.stringValue("")).toList();
    }
}
