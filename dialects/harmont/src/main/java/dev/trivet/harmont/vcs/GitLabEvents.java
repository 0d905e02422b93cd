package dev.trivet.harmont.vcs;

import static dev.trivet.harmont.vcs.HubEvents.LONGEST_LINE;
import static dev.trivet.harmont.vcs.HubEvents.LONGEST_MESSAGE;

import dev.trivet.harmont.vcs.WebhookEvent.Head;
import dev.trivet.harmont.vcs.WebhookEvent.Ignored;
import dev.trivet.harmont.vcs.WebhookEvent.PullRequest;
import dev.trivet.harmont.vcs.WebhookEvent.Push;
import dev.trivet.harmont.vcs.WebhookEvent.RefKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The webhooks of GitLab, of projects as of the whole instance ("system hooks"). */
final class GitLabEvents {
    private static final String BRANCHES = "refs/heads/";
    private static final String TAGS = "refs/tags/";

    private GitLabEvents() {}

    static WebhookEvent read(Payload payload) throws MalformedPayloadException {
        String kind = payload.at("object_kind").isPresent() ? payload.text("object_kind") : payload.text("event_name");
        return switch (kind) {
            case "push" -> push(payload, RefKind.BRANCH, BRANCHES);
            case "tag_push" -> push(payload, RefKind.TAG, TAGS);
            case "merge_request" -> mergeRequest(payload);
            default -> new Ignored("nothing is done for the event " + Words.line(kind, LONGEST_LINE));
        };
    }

    private static WebhookEvent push(Payload payload, RefKind kind, String prefix) throws MalformedPayloadException {
        String ref = payload.text("ref");
        if (!ref.startsWith(prefix) || !GitNames.isRefName(ref.substring(prefix.length()))) {
            throw payload.at("ref").wrong(prefix + " and a name as git allows it");
        }
        String after = payload.commit("after");
        if (GitNames.isZero(after)) {
            return new Ignored("the ref was deleted");
        }
        // After an annotated tag was pushed, "after" is the tag.
        String checkedOut = payload.commitOrNull("checkout_sha");
        String commit = checkedOut == null ? after : checkedOut;
        Payload described = described(payload, commit);
        String author = described.line(LONGEST_LINE, "author", "name");
        return new Push(
                project(payload.at("project")),
                kind,
                ref.substring(prefix.length()),
                commit,
                payload.commitOrNull("before"),
                described.block(LONGEST_MESSAGE, "message"),
                author == null ? payload.line(LONGEST_LINE, "user_name") : author);
    }

    /** What is told of this commit; perhaps nothing. */
    private static Payload described(Payload payload, String commit) {
        return payload.at("commits").items().stream()
                .filter(item -> commit.equalsIgnoreCase(item.line(LONGEST_LINE, "id")))
                .findFirst()
                .orElseGet(() -> payload.at("no such commit"));
    }

    private static WebhookEvent mergeRequest(Payload payload) throws MalformedPayloadException {
        Payload request = payload.at("object_attributes");
        Optional<PullRequestAction> action = action(payload, request);
        if (action.isEmpty()) {
            return new Ignored("nothing is done for this change of a merge request");
        }
        boolean told = request.at("source").isPresent();
        return new PullRequest(
                project(payload.at("project")),
                action.get(),
                request.number("iid"),
                HubEvents.title(request),
                payload.line(LONGEST_LINE, "user", "username"),
                new Head(
                        request.commit("last_commit", "id"),
                        request.refName("source_branch"),
                        told ? request.fullName("source", "path_with_namespace") : null,
                        told ? request.cloneUrl("source", "git_http_url") : null),
                request.number("source_project_id") != request.number("target_project_id"),
                request.refName("target_branch"),
                null);
    }

    private static Optional<PullRequestAction> action(Payload payload, Payload request) {
        String action = request.line(LONGEST_LINE, "action");
        return Optional.ofNullable(
                switch (action == null ? "" : action) {
                    case "open" -> PullRequestAction.OPENED;
                    case "reopen" -> PullRequestAction.REOPENED;
                    case "close" -> PullRequestAction.CLOSED;
                    case "merge" -> PullRequestAction.MERGED;
                    case "update" -> update(payload, request);
                    default -> null;
                });
    }

    /** GitLab calls everything an update; one with an old revision brings new commits. */
    private static @Nullable PullRequestAction update(Payload payload, Payload request) {
        if (request.at("oldrev").isPresent()) {
            return PullRequestAction.SYNCHRONIZE;
        }
        Payload changes = payload.at("changes");
        boolean ready = isOver(changes.at("draft")) || isOver(changes.at("work_in_progress"));
        return ready ? PullRequestAction.READY_FOR_REVIEW : null;
    }

    private static boolean isOver(Payload change) {
        return change.flag("previous") && !change.flag("current");
    }

    private static Repository project(Payload project) throws MalformedPayloadException {
        return new Repository(
                project.fullName("path_with_namespace"),
                project.cloneUrl("git_http_url"),
                project.addressOrNull("git_ssh_url"),
                project.addressOrNull("web_url"),
                HubEvents.defaultBranch(project),
                project.numberOrNone("visibility_level") <= 0);
    }
}
