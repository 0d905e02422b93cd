package dev.trivet.nix;

import dev.trivet.core.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What the store knows of a path.
 *
 * @param narHash of its archive, as Nix writes hashes
 * @param narSize of its archive in bytes
 */
public record PathInfo(String path, String narHash, long narSize) {
    public PathInfo {
        Objects.requireNonNull(path, "path is null");
        Objects.requireNonNull(narHash, "narHash is null");
    }

    /** Of these paths; those that the store does not know are left out. */
    public static List<PathInfo> of(Nix nix, Launcher launcher, List<String> paths)
            throws IOException, InterruptedException {
        if (paths.isEmpty()) {
            return List.of();
        }
        List<String> command = new ArrayList<>(List.of(
                nix.program("nix"), "--extra-experimental-features", "nix-command", "path-info", "--json", "--"));
        command.addAll(paths);
        Process process = launcher.start(command, nix.environment(), Path.of("/"));
        try {
            process.getOutputStream().close();
            Thread errors = Thread.ofVirtual().start(() -> {
                try {
                    process.getErrorStream().skip(Long.MAX_VALUE);
                } catch (IOException ended) {
                    // Nobody reads it.
                }
            });
            String said = new String(process.getInputStream().readNBytes(64 << 20), StandardCharsets.UTF_8);
            process.waitFor();
            errors.interrupt();
            return parse(said);
        } finally {
            Ending.now(process);
        }
    }

    /** An array until Nix 2.18, an object by path after it. */
    static List<PathInfo> parse(String said) {
        List<PathInfo> all = new ArrayList<>();
        try {
            JsonNode json = Json.MAPPER.readTree(said);
            if (json != null && json.isArray()) {
                json.forEach(one -> add(all, one.path("path").stringValue(""), one));
            } else if (json != null) {
                json.properties().forEach(one -> add(all, one.getKey(), one.getValue()));
            }
        } catch (JacksonException nothing) {
            return List.of();
        }
        return all;
    }

    private static void add(List<PathInfo> all, String path, JsonNode info) {
        String hash = info.path("narHash").stringValue("");
        if (!path.isEmpty() && !hash.isEmpty()) {
            all.add(new PathInfo(path, hash, info.path("narSize").asLong(0)));
        }
    }
}
