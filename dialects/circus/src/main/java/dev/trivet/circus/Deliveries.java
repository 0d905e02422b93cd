package dev.trivet.circus;

import dev.trivet.circus.Delivery.Commit;
import dev.trivet.circus.Delivery.Ignored;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what forges send (spec section 3). */
final class Deliveries {
    private static final Pattern NO_COMMIT = Pattern.compile("0{40}|0{64}");
    /** Not only hexadecimal digits: whether there is such a commit, the evaluation finds out. Never an option of git. */
    private static final Pattern COMMIT = Pattern.compile("[0-9A-Za-z][0-9A-Za-z._-]{0,63}");

    private static final Set<String> GITHUB_ACTIONS = Set.of("opened", "synchronize", "reopened");
    private static final Set<String> GITLAB_ACTIONS = Set.of("open", "update", "reopen");

    private Deliveries() {}

    /** @param event the {@code X-GitHub-Event}; anything but pushes and pull requests is ignored */
    static Delivery github(String event, DeliveryJson json) {
        return switch (event) {
            case "push" -> push(json.text("/ref"), json.text("/after"));
            case "pull_request" -> githubPullRequest(json);
            default -> new Ignored("the event '" + shown(event) + "' is ignored");
        };
    }

    private static Delivery githubPullRequest(DeliveryJson json) {
        String action = json.text("/action");
        if (action == null || !GITHUB_ACTIONS.contains(action)) {
            return new Ignored("the action '" + shown(action) + "' of a pull request is ignored");
        }
        if (json.flag("/pull_request/draft")) {
            return new Ignored("the pull request is a draft and is ignored");
        }
        String commit = json.text("/pull_request/head/sha");
        if (isNone(commit)) {
            return new Ignored("the pull request names no commit");
        }
        return new Commit(
                checked(commit),
                null,
                new PullRequest(
                        json.number("/number"),
                        json.text("/pull_request/head/ref"),
                        json.text("/pull_request/base/ref"),
                        action));
    }

    /** Of Gitea and Forgejo: everything counts as a push. */
    static Delivery gitea(DeliveryJson json) {
        return push(json.text("/ref"), json.text("/after"));
    }

    /** @param event the {@code X-Gitlab-Event} */
    static Delivery gitlab(String event, DeliveryJson json) {
        return switch (event) {
            case "Push Hook" -> {
                String commit = json.text("/checkout_sha");
                yield push(json.text("/ref"), commit == null ? json.text("/after") : commit);
            }
            case "Merge Request Hook" -> gitlabMergeRequest(json);
            default -> new Ignored("the event '" + shown(event) + "' is ignored");
        };
    }

    private static Delivery gitlabMergeRequest(DeliveryJson json) {
        if (json.flag("/object_attributes/draft") || json.flag("/object_attributes/work_in_progress")) {
            return new Ignored("the merge request is a draft and is ignored");
        }
        String action = json.text("/object_attributes/action");
        if (action == null || !GITLAB_ACTIONS.contains(action)) {
            return new Ignored("the action '" + shown(action) + "' of a merge request is ignored");
        }
        String state = json.text("/object_attributes/state");
        if (state != null && !state.equals("opened")) {
            return new Ignored("the merge request is " + shown(state) + " and is ignored");
        }
        String commit = json.text("/object_attributes/last_commit/id");
        if (isNone(commit)) {
            return new Ignored("the merge request names no commit");
        }
        return new Commit(
                checked(commit),
                null,
                new PullRequest(
                        json.number("/object_attributes/iid"),
                        json.text("/object_attributes/source_branch"),
                        json.text("/object_attributes/target_branch"),
                        action));
    }

    private static Delivery push(@Nullable String ref, @Nullable String commit) {
        return isNone(commit)
                ? new Ignored("no commit was pushed (a branch deletion), nothing to evaluate")
                : new Commit(checked(commit), ref, null);
    }

    private static boolean isNone(@Nullable String commit) {
        return commit == null || commit.isEmpty() || NO_COMMIT.matcher(commit).matches();
    }

    private static String checked(@Nullable String commit) {
        if (commit == null || !COMMIT.matcher(commit).matches()) {
            throw CircusErrors.of(
                    ErrorCode.VALIDATION_ERROR,
                    "the commit '" + shown(commit) + "' is none: expected up to 64 hex digits");
        }
        return commit;
    }

    private static String shown(@Nullable String text) {
        return text == null ? "" : text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
