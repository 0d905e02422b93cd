package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A status as it is kept.
 *
 * @param checkId the forge's id of it; null until it told one
 * @param wanted what the forge shall be told
 * @param sent what it was told last; null if nothing
 * @param isFinished nothing is sent any more
 * @param attempts failures since the last success
 * @param problem why it was not sent, or given up; null if all is well
 */
public record StoredStatus(
        UUID build,
        Forge forge,
        String repository,
        String sha,
        String context,
        @Nullable String checkId,
        CheckState wanted,
        @Nullable CheckState sent,
        boolean isFinished,
        int attempts,
        @Nullable String problem) {
    public StoredStatus {
        requireNonNull(build, "build is null");
        requireNonNull(forge, "forge is null");
        requireNonNull(repository, "repository is null");
        requireNonNull(sha, "sha is null");
        requireNonNull(context, "context is null");
        requireNonNull(wanted, "wanted is null");
    }
}
