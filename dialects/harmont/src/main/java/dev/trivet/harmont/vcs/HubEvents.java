package dev.trivet.harmont.vcs;

import dev.trivet.harmont.vcs.WebhookEvent.Head;
import dev.trivet.harmont.vcs.WebhookEvent.Ignored;
import dev.trivet.harmont.vcs.WebhookEvent.Installation;
import dev.trivet.harmont.vcs.WebhookEvent.PullRequest;
import dev.trivet.harmont.vcs.WebhookEvent.Push;
import dev.trivet.harmont.vcs.WebhookEvent.RefKind;
import dev.trivet.harmont.vcs.WebhookEvent.Rerun;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The webhooks of GitHub, and those of Gitea and Forgejo, which are made after them. */
final class HubEvents {
    static final int LONGEST_MESSAGE = 10_000;
    static final int LONGEST_LINE = 255;
    private static final String BRANCHES = "refs/heads/";
    private static final String TAGS = "refs/tags/";

    private HubEvents() {}

    static WebhookEvent read(String event, Payload payload) throws MalformedPayloadException {
        return switch (event) {
            case "push" -> push(payload);
            case "pull_request", "pull_request_sync" -> pullRequest(payload);
            case "check_run" -> checkRun(payload);
            case "check_suite" -> checkSuite(payload);
            case "installation", "installation_repositories" -> installation(event, payload);
            case "ping" -> new WebhookEvent.Ping();
            default -> new Ignored("nothing is done for the event " + Words.line(event, LONGEST_LINE));
        };
    }

    private static WebhookEvent installation(String event, Payload payload) throws MalformedPayloadException {
        String action = payload.text("action");
        Optional<Installation.Change> change = event.equals("installation_repositories")
                ? Optional.of(Installation.Change.REPOSITORIES)
                : switch (action) {
                    case "created" -> Optional.of(Installation.Change.CREATED);
                    case "deleted" -> Optional.of(Installation.Change.DELETED);
                    case "suspend" -> Optional.of(Installation.Change.SUSPENDED);
                    case "unsuspend" -> Optional.of(Installation.Change.UNSUSPENDED);
                    default -> Optional.empty();
                };
        if (change.isEmpty()) {
            return new Ignored("nothing is done when an installation is " + Words.line(action, LONGEST_LINE));
        }
        Payload installation = payload.at("installation");
        String type = installation.line(LONGEST_LINE, "account", "type");
        return new Installation(
                installation.number("id"),
                Words.line(installation.text("account", "login"), LONGEST_LINE),
                type == null ? "Organization" : type,
                payload.at("sender", "id").isPresent() ? Long.toString(payload.number("sender", "id")) : "",
                change.get());
    }

    private static WebhookEvent push(Payload payload) throws MalformedPayloadException {
        String ref = payload.text("ref");
        RefKind kind = ref.startsWith(TAGS) ? RefKind.TAG : RefKind.BRANCH;
        if (!ref.startsWith(BRANCHES) && !ref.startsWith(TAGS)) {
            return new Ignored("the ref is neither a branch nor a tag");
        }
        String after = payload.commit("after");
        if (GitNames.isZero(after) || payload.flag("deleted")) {
            return new Ignored("the ref was deleted");
        }
        String name = ref.substring((kind == RefKind.TAG ? TAGS : BRANCHES).length());
        if (!GitNames.isRefName(name)) {
            throw payload.at("ref").wrong("the name of a branch or tag as git allows it");
        }
        Payload head = payload.at("head_commit");
        // After an annotated tag was pushed, "after" is the tag, and only the head commit tells what it points to.
        String tagged = kind == RefKind.TAG ? head.commitOrNull("id") : null;
        return new Push(
                repository(payload.at("repository")),
                kind,
                name,
                tagged == null ? after : tagged,
                payload.commitOrNull("before"),
                head.block(LONGEST_MESSAGE, "message"),
                author(payload, head));
    }

    private static @Nullable String author(Payload payload, Payload head) {
        String name = head.line(LONGEST_LINE, "author", "name");
        return name == null ? payload.line(LONGEST_LINE, "sender", "login") : name;
    }

    private static WebhookEvent pullRequest(Payload payload) throws MalformedPayloadException {
        Payload request = payload.at("pull_request");
        String action = payload.text("action");
        Optional<PullRequestAction> known = action(action, request.flag("merged"));
        if (known.isEmpty()) {
            return new Ignored("nothing is done when a pull request is " + Words.line(action, LONGEST_LINE));
        }
        Payload head = request.at("head");
        Repository repository = repository(payload.at("repository"));
        boolean told = head.at("repo").isPresent();
        String origin = told ? head.fullName("repo", "full_name") : null;
        return new PullRequest(
                repository,
                known.get(),
                payload.at("number").isPresent() ? payload.number("number") : request.number("number"),
                title(request),
                request.line(LONGEST_LINE, "user", "login"),
                new Head(
                        head.commit("sha"),
                        head.refName("ref"),
                        origin,
                        told ? head.cloneUrl("repo", "clone_url") : null),
                !repository.fullName().equalsIgnoreCase(origin),
                request.refName("base", "ref"),
                request.commitOrNull("base", "sha"));
    }

    /** A title that is empty or blank is still one. */
    static String title(Payload request) {
        String title = request.line(LONGEST_LINE, "title");
        return title == null ? "" : title;
    }

    private static Optional<PullRequestAction> action(String action, boolean merged) {
        return Optional.ofNullable(
                switch (action) {
                    case "opened" -> PullRequestAction.OPENED;
                    case "synchronize", "synchronized" -> PullRequestAction.SYNCHRONIZE;
                    case "reopened" -> PullRequestAction.REOPENED;
                    case "ready_for_review" -> PullRequestAction.READY_FOR_REVIEW;
                    case "closed" -> merged ? PullRequestAction.MERGED : PullRequestAction.CLOSED;
                    default -> null;
                });
    }

    private static WebhookEvent checkRun(Payload payload) throws MalformedPayloadException {
        if (!payload.text("action").equals("rerequested")) {
            return new Ignored("only a check that is wanted again matters");
        }
        Payload run = payload.at("check_run");
        return new Rerun(
                repository(payload.at("repository")),
                Long.toString(run.number("id")),
                uuid(run.line(LONGEST_LINE, "external_id")),
                run.commit("head_sha"));
    }

    private static WebhookEvent checkSuite(Payload payload) throws MalformedPayloadException {
        if (!payload.text("action").equals("rerequested")) {
            return new Ignored("only checks that are wanted again matter");
        }
        return new Rerun(repository(payload.at("repository")), null, null, payload.commit("check_suite", "head_sha"));
    }

    private static @Nullable UUID uuid(@Nullable String text) {
        return text != null && text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
                ? UUID.fromString(text)
                : null;
    }

    private static Repository repository(Payload repository) throws MalformedPayloadException {
        return new Repository(
                repository.fullName("full_name"),
                repository.cloneUrl("clone_url"),
                repository.addressOrNull("ssh_url"),
                repository.addressOrNull("html_url"),
                defaultBranch(repository),
                repository.flag("private"));
    }

    /** The default branch of an empty repository is told as an empty text. */
    static @Nullable String defaultBranch(Payload repository) {
        String name = repository.line(LONGEST_LINE, "default_branch");
        return name != null && GitNames.isRefName(name) ? name : null;
    }
}
