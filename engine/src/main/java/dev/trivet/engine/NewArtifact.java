package dev.trivet.engine;

import java.util.Objects;

/**
 * A file that a runner has stored.
 *
 * @param path as the plan names it
 * @param blob SHA-256 in hex
 */
public record NewArtifact(AttemptRef ref, String path, String name, long size, String blob) {
    public NewArtifact {
        Objects.requireNonNull(ref, "ref is null");
        Objects.requireNonNull(path, "path is null");
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(blob, "blob is null");
    }
}
