package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A repository as a webhook names it.
 *
 * @param fullName {@code owner/name}; at GitLab with any number of groups
 * @param cloneUrl its address for https; {@link RepositoryUrl#isCloneable}
 * @param sshUrl its address for ssh, if told
 * @param webUrl its page, if told
 * @param defaultBranch if told (Bitbucket does not)
 * @param isPrivate whether only members see it
 */
public record Repository(
        String fullName,
        String cloneUrl,
        @Nullable String sshUrl,
        @Nullable String webUrl,
        @Nullable String defaultBranch,
        boolean isPrivate) {

    public Repository {
        requireNonNull(fullName, "fullName is null");
        requireNonNull(cloneUrl, "cloneUrl is null");
    }

    /** Whether a pipeline's {@code repository} means this one, by any of its addresses in {@link RepositoryUrl#normalForm}. */
    public boolean isAt(String address) {
        String wanted = RepositoryUrl.normalForm(address);
        return Stream.of(cloneUrl, sshUrl, webUrl)
                .anyMatch(url -> url != null && RepositoryUrl.normalForm(url).equals(wanted));
    }
}
