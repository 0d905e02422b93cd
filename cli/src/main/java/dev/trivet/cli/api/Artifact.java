package dev.trivet.cli.api;

import java.net.URI;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A file that a job left behind (spec section 3.2).
 *
 * @param path as the manifest names it
 * @param name its base name
 * @param url where its bytes are; empty when it was removed because of its age
 * @param size in bytes
 * @param json all that the server said
 */
public record Artifact(long id, String path, String name, Optional<URI> url, long size, JsonNode json) {
    static Artifact read(JsonNode json) throws ApiException {
        return new Artifact(
                json.path("id").asLong(0),
                json.path("path").asString(""),
                json.path("name").asString(""),
                Job.uri(json.path("url")),
                json.path("size").asLong(0),
                json);
    }
}
