package dev.trivet.harmont.vcs;

import static dev.trivet.harmont.vcs.HubEvents.LONGEST_LINE;
import static dev.trivet.harmont.vcs.HubEvents.LONGEST_MESSAGE;

import dev.trivet.harmont.vcs.WebhookEvent.Head;
import dev.trivet.harmont.vcs.WebhookEvent.Ignored;
import dev.trivet.harmont.vcs.WebhookEvent.PullRequest;
import dev.trivet.harmont.vcs.WebhookEvent.Push;
import dev.trivet.harmont.vcs.WebhookEvent.RefKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The webhooks of Bitbucket Cloud. One push may move several branches. */
final class BitbucketEvents {
    private BitbucketEvents() {}

    static List<WebhookEvent> read(String event, Payload payload) throws MalformedPayloadException {
        return switch (event) {
            case "repo:push" -> pushes(payload);
            case "pullrequest:created" -> pullRequest(payload, PullRequestAction.OPENED);
            case "pullrequest:updated" -> pullRequest(payload, PullRequestAction.SYNCHRONIZE);
            case "pullrequest:fulfilled" -> pullRequest(payload, PullRequestAction.MERGED);
            case "pullrequest:rejected" -> pullRequest(payload, PullRequestAction.CLOSED);
            case "diagnostics:ping" -> List.of(new WebhookEvent.Ping());
            default -> List.of(new Ignored("nothing is done for the event " + Words.line(event, LONGEST_LINE)));
        };
    }

    private static List<WebhookEvent> pushes(Payload payload) throws MalformedPayloadException {
        Repository repository = repository(payload.at("repository"));
        Payload changes = payload.at("push", "changes");
        if (!changes.node().isArray()) {
            throw changes.wrong("a list");
        }
        List<WebhookEvent> events = new ArrayList<>();
        for (Payload change : changes.items()) {
            events.add(push(payload, repository, change));
        }
        return events.isEmpty() ? List.of(new Ignored("no branch was moved")) : events;
    }

    private static WebhookEvent push(Payload payload, Repository repository, Payload change) {
        Payload fresh = change.at("new");
        if (!fresh.isPresent()) {
            return new Ignored("the ref was deleted");
        }
        Optional<RefKind> kind = kind(fresh.line(LONGEST_LINE, "type"));
        if (kind.isEmpty()) {
            return new Ignored("the ref is neither a branch nor a tag");
        }
        Payload target = fresh.at("target");
        try {
            return new Push(
                    repository,
                    kind.get(),
                    fresh.refName("name"),
                    target.commit("hash"),
                    change.commitOrNull("old", "target", "hash"),
                    target.block(LONGEST_MESSAGE, "message"),
                    author(payload, target));
        } catch (MalformedPayloadException e) {
            // The other changes of the same push may be good.
            return new Ignored(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<RefKind> kind(@Nullable String type) {
        return Optional.ofNullable(
                switch (type == null ? "" : type) {
                    case "branch", "named_branch" -> RefKind.BRANCH;
                    case "tag", "annotated_tag" -> RefKind.TAG;
                    default -> null;
                });
    }

    private static @Nullable String author(Payload payload, Payload target) {
        String raw = target.line(LONGEST_LINE, "author", "raw");
        return raw == null ? payload.line(LONGEST_LINE, "actor", "display_name") : raw;
    }

    private static List<WebhookEvent> pullRequest(Payload payload, PullRequestAction action)
            throws MalformedPayloadException {
        Payload request = payload.at("pullrequest");
        Payload source = request.at("source");
        Repository repository = repository(payload.at("repository"));
        boolean told = source.at("repository").isPresent();
        Repository origin = told ? repository(source.at("repository")) : null;
        Payload target = request.at("destination");
        return List.of(new PullRequest(
                repository,
                action,
                request.number("id"),
                HubEvents.title(request),
                request.line(LONGEST_LINE, "author", "display_name"),
                new Head(
                        source.shortCommit("commit", "hash"),
                        source.refName("branch", "name"),
                        origin == null ? null : origin.fullName(),
                        origin == null ? null : origin.cloneUrl()),
                origin == null || !origin.fullName().equalsIgnoreCase(repository.fullName()),
                target.refName("branch", "name"),
                target.at("commit").isPresent() ? target.shortCommit("commit", "hash") : null));
    }

    /** Webhooks tell the page and not the addresses to clone from, which follow from it. */
    private static Repository repository(Payload repository) throws MalformedPayloadException {
        String fullName = repository.fullName("full_name");
        String page = repository.cloneUrl("links", "html", "href");
        String base = page.endsWith("/") ? page.substring(0, page.length() - 1) : page;
        return new Repository(fullName, base + ".git", ssh(base, fullName), page, null, repository.flag("is_private"));
    }

    private static @Nullable String ssh(String page, String fullName) {
        String normal = RepositoryUrl.normalForm(page);
        return normal.endsWith("/" + fullName)
                ? "git@" + normal.substring(0, normal.length() - fullName.length() - 1) + ":" + fullName + ".git"
                : null;
    }
}
