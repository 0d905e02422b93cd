package dev.trivet.srht;

import dev.trivet.srht.manifest.Manifest;
import dev.trivet.srht.manifest.Trigger;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to be built, checked.
 *
 * @param text the manifest as it came
 * @param manifest the same, read
 * @param note for people, Markdown, or null
 * @param tags a path, outermost first
 * @param access who may see and change the job
 * @param execute whether it is queued at once
 * @param secrets whether the job may have secrets; null for: if the manifest asks for any
 * @param triggers beside those of the manifest
 */
public record Submission(
        String text,
        Manifest manifest,
        @Nullable String note,
        List<String> tags,
        AccessLists access,
        boolean execute,
        @Nullable Boolean secrets,
        List<Trigger> triggers) {
    /** Characters of a note, at most. */
    public static final int LONGEST_NOTE = 4096;

    public Submission {
        Objects.requireNonNull(text, "text is null");
        Objects.requireNonNull(manifest, "manifest is null");
        Objects.requireNonNull(access, "access is null");
        tags = List.copyOf(tags);
        triggers = List.copyOf(triggers);
    }

    /** A manifest with nothing else said. */
    public static Submission of(String text, Manifest manifest) {
        return new Submission(text, manifest, null, List.of(), AccessLists.DEFAULT, true, null, List.of());
    }

    /** Whether the job may have secrets. */
    public boolean withSecrets() {
        return secrets == null
                ? !manifest.secrets().isEmpty() || !manifest.oauth().isEmpty()
                : secrets;
    }
}
