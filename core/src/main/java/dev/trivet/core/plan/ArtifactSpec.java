package dev.trivet.core.plan;

import java.util.List;

/**
 * Files kept after a successful job.
 *
 * @param paths literal paths, relative to the job's directory or absolute in the sandbox
 * @param maxCount more paths than this: none is kept, and the log says so
 * @param maxBytes the largest size of one file; a larger one fails the job
 */
public record ArtifactSpec(List<String> paths, int maxCount, long maxBytes) {
    public static final ArtifactSpec NONE = new ArtifactSpec(List.of(), 0, 0);

    public ArtifactSpec {
        paths = List.copyOf(paths);
    }
}
