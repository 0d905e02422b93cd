package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A repository as its forge lists it.
 *
 * @param forgeId the forge's own id of it
 * @param fullName {@code owner/name}
 * @param cloneUrl an https address
 */
public record ForgeRepository(
        String forgeId,
        String owner,
        String name,
        String fullName,
        @Nullable String cloneUrl,
        @Nullable String defaultBranch,
        boolean isPrivate) {
    public ForgeRepository {
        requireNonNull(forgeId, "forgeId is null");
        requireNonNull(owner, "owner is null");
        requireNonNull(name, "name is null");
        requireNonNull(fullName, "fullName is null");
    }
}
