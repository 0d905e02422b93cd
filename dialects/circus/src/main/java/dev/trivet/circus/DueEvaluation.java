package dev.trivet.circus;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An evaluation that is to begin, with what is needed for it.
 *
 * @param commit what it evaluates
 * @param pullRequest number of the pull request that the commit was sent for, or null
 */
record DueEvaluation(
        UUID id,
        String commit,
        @Nullable Integer pullRequest,
        Jobset jobset,
        String projectName,
        String repositoryUrl) {
    DueEvaluation {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(commit, "commit is null");
        Objects.requireNonNull(jobset, "jobset is null");
        Objects.requireNonNull(projectName, "projectName is null");
        Objects.requireNonNull(repositoryUrl, "repositoryUrl is null");
    }
}
