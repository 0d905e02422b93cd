package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.Map;

/** Commit statuses of GitHub, for those who have a token instead of an App, and of Gitea and Forgejo, which are made after them. */
final class HubStatuses implements StatusClient {
    /** GitHub's bound; the others take more. */
    private static final int LONGEST_DESCRIPTION = 140;

    private final ForgeHttp forge;
    private final Map<String, String> headers;

    private HubStatuses(ForgeHttp forge, Map<String, String> headers) {
        this.forge = requireNonNull(forge, "forge is null");
        this.headers = headers;
    }

    static StatusClient gitHub(ForgeHttp forge, String token) {
        return new HubStatuses(forge, GitHubChecks.headers(token));
    }

    static StatusClient gitea(ForgeHttp forge, String token) {
        return new HubStatuses(forge, Map.of("Authorization", "token " + token));
    }

    @Override
    public StatusResult send(StatusUpdate update) throws InterruptedException {
        try {
            ForgeAnswer answer = forge.send(
                    "POST",
                    "/repos/" + update.repository() + "/statuses/" + update.commit(),
                    headers,
                    Map.of(
                            "state", state(update.state()),
                            "target_url", update.report().page().toString(),
                            "description", update.line(LONGEST_DESCRIPTION),
                            "context", update.context()));
            return answer.isGood() ? new StatusResult.Done(null) : answer.failure();
        } catch (IOException e) {
            return new StatusResult.Retry(String.valueOf(e.getMessage()));
        }
    }

    private static String state(CheckState state) {
        return switch (state) {
            case QUEUED, RUNNING -> "pending";
            case PASSED, NEUTRAL -> "success";
            case FAILED -> "failure";
            case CANCELED -> "error";
        };
    }
}
