package dev.trivet.cli.api;

import java.util.Objects;
import tools.jackson.databind.JsonNode;

/**
 * A file that a job of a build left behind (spec harmont section 2.10).
 *
 * @param path as the pipeline names it, relative
 * @param size in bytes
 * @param json all that the server said
 */
public record BuildArtifact(String id, String path, long size, JsonNode json) {
    public BuildArtifact {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(path, "path is null");
        Objects.requireNonNull(json, "json is null");
    }

    static BuildArtifact read(JsonNode json) {
        return new BuildArtifact(
                json.path("id").asString(""),
                json.path("path").asString(""),
                json.path("file_size").asLong(0),
                json);
    }
}
