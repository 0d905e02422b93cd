package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a forge tells, in the same words for all of them (spec section 6.1). Everything in it has been checked: commits are hexadecimal,
 * names of refs are such as git allows, addresses can be cloned, texts that are only shown are bounded. Kept as JSON in the database.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = WebhookEvent.Push.class, name = "push"),
    @JsonSubTypes.Type(value = WebhookEvent.PullRequest.class, name = "pull_request"),
    @JsonSubTypes.Type(value = WebhookEvent.Rerun.class, name = "rerun"),
    @JsonSubTypes.Type(value = WebhookEvent.Installation.class, name = "installation"),
    @JsonSubTypes.Type(value = WebhookEvent.Ping.class, name = "ping"),
    @JsonSubTypes.Type(value = WebhookEvent.Ignored.class, name = "ignored")
})
public sealed interface WebhookEvent {

    /** Whether there is something to do. */
    default boolean isWork() {
        return switch (this) {
            case Push _, PullRequest _, Rerun _, Installation _ -> true;
            case Ping _, Ignored _ -> false;
        };
    }

    /** What a ref is. */
    enum RefKind {
        BRANCH,
        TAG
    }

    /**
     * A branch or tag has a new commit.
     *
     * @param name without {@code refs/heads/} or {@code refs/tags/}
     * @param commit its commit now; of an annotated tag perhaps the tag itself
     * @param previous what it was before; null if it is new
     * @param message of that commit, at most 10,000 characters
     */
    record Push(
            Repository repository,
            RefKind kind,
            String name,
            String commit,
            @Nullable String previous,
            @Nullable String message,
            @Nullable String author)
            implements WebhookEvent {
        public Push {
            requireNonNull(repository, "repository is null");
            requireNonNull(kind, "kind is null");
            requireNonNull(name, "name is null");
            requireNonNull(commit, "commit is null");
        }
    }

    /**
     * Something happened to a pull request.
     *
     * @param repository the one it shall be merged into
     * @param isFork whether its commits come from another repository
     * @param targetBranch where it shall be merged into
     * @param targetCommit the commit of that branch, if told
     */
    record PullRequest(
            Repository repository,
            PullRequestAction action,
            long number,
            String title,
            @Nullable String author,
            Head head,
            boolean isFork,
            String targetBranch,
            @Nullable String targetCommit)
            implements WebhookEvent {
        public PullRequest {
            requireNonNull(repository, "repository is null");
            requireNonNull(action, "action is null");
            requireNonNull(title, "title is null");
            requireNonNull(head, "head is null");
            requireNonNull(targetBranch, "targetBranch is null");
        }
    }

    /**
     * The commits of a pull request.
     *
     * @param commit the newest one; Bitbucket tells only its first twelve digits
     * @param branch its name where it comes from
     * @param repository {@code owner/name} of where it comes from; null if that is gone or not told
     * @param cloneUrl the address of that; null likewise
     */
    record Head(
            String commit,
            String branch,
            @Nullable String repository,
            @Nullable String cloneUrl) {
        public Head {
            requireNonNull(commit, "commit is null");
            requireNonNull(branch, "branch is null");
        }
    }

    /**
     * Somebody wants checks to be made again: one, or all of a commit if neither {@code checkId} nor {@code externalId} is given. Take the
     * coordinates from the stored status ({@link StatusStore#ofRerun}), not from here.
     *
     * @param checkId the forge's id of the check
     * @param externalId what the check says is our id of the build
     */
    record Rerun(
            Repository repository,
            @Nullable String checkId,
            @Nullable UUID externalId,
            String commit) implements WebhookEvent {
        public Rerun {
            requireNonNull(repository, "repository is null");
            requireNonNull(commit, "commit is null");
        }
    }

    /**
     * Something happened to an installation of the GitHub App.
     *
     * @param id GitHub's id of it
     * @param account where it is installed
     * @param accountType {@code User} or {@code Organization}
     * @param sender GitHub's id of who did it; empty if it is not told
     */
    record Installation(long id, String account, String accountType, String sender, Change change)
            implements WebhookEvent {
        public Installation {
            requireNonNull(account, "account is null");
            requireNonNull(accountType, "accountType is null");
            requireNonNull(sender, "sender is null");
            requireNonNull(change, "change is null");
        }

        /** What. */
        public enum Change {
            CREATED,
            DELETED,
            SUSPENDED,
            UNSUSPENDED,
            /** It sees other repositories. */
            REPOSITORIES
        }
    }

    /** The forge wants to know whether we listen. */
    record Ping() implements WebhookEvent {}

    /** Nothing to do, for a reason. */
    record Ignored(String reason) implements WebhookEvent {
        public Ignored {
            requireNonNull(reason, "reason is null");
        }
    }
}
