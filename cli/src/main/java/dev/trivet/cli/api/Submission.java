package dev.trivet.cli.api;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is sent to submit a job (spec section 3.3).
 *
 * @param manifest text of the manifest
 * @param execute false to leave the job pending until it is started
 * @param hidden true to show the job to its owner only
 */
public record Submission(String manifest, Optional<String> note, List<String> tags, boolean execute, boolean hidden) {
    public Submission {
        Objects.requireNonNull(manifest, "manifest is null");
        Objects.requireNonNull(note, "note is null");
        tags = List.copyOf(tags);
    }

    /** A manifest to be run at once, with no note and no tags. */
    public static Submission of(String manifest) {
        return new Submission(manifest, Optional.empty(), List.of(), true, false);
    }
}
