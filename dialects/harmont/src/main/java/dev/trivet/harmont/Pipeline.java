package dev.trivet.harmont;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A named workflow of an organization (spec section 1.1).
 *
 * @param organization slug of its organization
 * @param slug unique in its organization
 * @param sourceSlug its name inside the repository, or null for one that was made by hand
 * @param repository a free text: an address to clone from, or such as {@code local/e2e}
 * @param allowManual whether people may start builds
 * @param triggers JSON list of what starts builds
 */
public record Pipeline(
        UUID id,
        long organizationId,
        String organization,
        String name,
        String slug,
        @Nullable String sourceSlug,
        @Nullable String description,
        String repository,
        @Nullable String repoName,
        String defaultBranch,
        String visibility,
        boolean archived,
        boolean allowManual,
        String triggers,
        Instant created) {
    public Pipeline {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(slug, "slug is null");
        Objects.requireNonNull(repository, "repository is null");
    }

    /** The name by which its definition is found in its repository. */
    public String definition() {
        return sourceSlug == null ? slug : sourceSlug;
    }
}
