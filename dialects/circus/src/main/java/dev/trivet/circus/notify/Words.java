package dev.trivet.circus.notify;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What each receiver calls where a build stands (spec section 11). A failure that is remembered is a failure. */
enum Words {
    PENDING("pending", "pending", "pending", "PENDING", "the build waits"),
    RUNNING("pending", "pending", "running", "PENDING", "the build is running"),
    SUCCEEDED("success", "success", "success", "SUCCESS", "the build succeeded"),
    FAILED("failure", "failure", "failed", "FAILURE", "the build failed"),
    DEPENDENCY_FAILED("failure", "failure", "failed", "FAILURE", "a build that it needs did not succeed"),
    ABORTED("aborted", "error", "failed", "ABORTED", "the build was aborted: its machine was lost"),
    CANCELLED("cancelled", "error", "canceled", "CANCELLED", "the build was cancelled"),
    FAILED_WITH_OUTPUT("failure", "failure", "failed", "FAILURE", "the build has outputs that say that it failed"),
    TIMEOUT("failure", "error", "failed", "FAILURE", "the build took too long"),
    CACHED_FAILURE("failure", "failure", "failed", "FAILURE", "the same build failed a short while ago"),
    UNSUPPORTED_SYSTEM("skipped", "error", "skipped", "UNSUPPORTED", "no machine builds for its system"),
    LOG_LIMIT_EXCEEDED("failure", "error", "failed", "FAILURE", "the build's log is too long"),
    NAR_SIZE_LIMIT_EXCEEDED("failure", "error", "failed", "FAILURE", "the build's outputs are too large"),
    NON_DETERMINISTIC("failure", "failure", "failed", "FAILURE", "the build came out different when it was repeated");

    private final String generic;
    private final String github;
    private final String gitlab;
    private final String email;
    private final String description;

    Words(String generic, String github, String gitlab, String email, String description) {
        this.generic = generic;
        this.github = github;
        this.gitlab = gitlab;
        this.email = email;
        this.description = description;
    }

    static Optional<Words> known(String status) {
        return Arrays.stream(values())
                .filter(words -> words.name().toLowerCase(Locale.ROOT).equals(status))
                .findFirst();
    }

    /** What is not known is a failure of a newer version. */
    static Words of(String status) {
        return known(status).orElse(FAILED);
    }

    boolean isFinished() {
        return this != PENDING && this != RUNNING;
    }

    /** Whether who wants to hear of failures only hears of it; what people cancel themselves is none. */
    boolean isFailure() {
        return isFinished() && this != SUCCEEDED && this != CANCELLED;
    }

    /** For webhooks and chats. */
    String generic() {
        return generic;
    }

    /** For GitHub, Gitea and Forgejo. */
    String github() {
        return github;
    }

    String gitlab() {
        return gitlab;
    }

    String email() {
        return email;
    }

    String description() {
        return description;
    }
}
