package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.util.UUID;

/**
 * A status that a build shall have at a forge.
 *
 * @param build its public id, {@code external_build_id}
 * @param repository {@code owner/name} of the repository whose commit it is about
 * @param sha that commit
 * @param context its name there
 */
public record NewStatus(UUID build, Forge forge, String repository, String sha, String context) {

    /** @throws IllegalArgumentException when repository or commit are not such as webhooks tell them */
    public NewStatus {
        requireNonNull(build, "build is null");
        requireNonNull(forge, "forge is null");
        requireNonNull(context, "context is null");
        if (!GitNames.isFullName(repository)) {
            throw new IllegalArgumentException("a repository is owner/name, not '" + repository + "'");
        }
        if (!GitNames.isShortCommit(sha)) {
            throw new IllegalArgumentException("a commit is 12 to 64 hexadecimal digits, not '" + sha + "'");
        }
    }

    /** The name of a pipeline's checks (spec section 6.3). */
    public static String context(String pipelineSlug) {
        return "harmont/" + pipelineSlug;
    }
}
