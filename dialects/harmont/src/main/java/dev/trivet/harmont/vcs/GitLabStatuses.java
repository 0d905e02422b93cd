package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.Map;

/** Commit statuses of GitLab, which become jobs of an external pipeline. */
final class GitLabStatuses implements StatusClient {
    private static final int LONGEST_DESCRIPTION = 250;

    private final ForgeHttp forge;
    private final Map<String, String> headers;

    GitLabStatuses(ForgeHttp forge, String token) {
        this.forge = requireNonNull(forge, "forge is null");
        this.headers = Map.of("PRIVATE-TOKEN", token);
    }

    @Override
    public StatusResult send(StatusUpdate update) throws InterruptedException {
        if (update.state() == update.sent()) {
            // GitLab only takes a change of the state; the description alone cannot be renewed.
            return new StatusResult.Done(update.checkId());
        }
        try {
            ForgeAnswer answer = forge.send(
                    "POST",
                    "/projects/" + update.repository().replace("/", "%2F") + "/statuses/" + update.commit(),
                    headers,
                    Map.of(
                            "state", state(update.state()),
                            "target_url", update.report().page().toString(),
                            "description", update.line(LONGEST_DESCRIPTION),
                            "name", update.context()));
            return answer.isGood() || isThereAlready(answer, update.state())
                    ? new StatusResult.Done(null)
                    : answer.failure();
        } catch (IOException e) {
            return new StatusResult.Retry(String.valueOf(e.getMessage()));
        }
    }

    /** An earlier attempt arrived although its answer did not, or another build of the commit is further; an end has to be the same end. */
    private static boolean isThereAlready(ForgeAnswer answer, CheckState wanted) {
        return answer.status() == 400
                && answer.excerpt().contains("Cannot transition status via")
                && (!wanted.isTerminal() || answer.excerpt().contains("from :" + state(wanted) + " "));
    }

    private static String state(CheckState state) {
        return switch (state) {
            case QUEUED -> "pending";
            case RUNNING -> "running";
            case PASSED, NEUTRAL -> "success";
            case FAILED -> "failed";
            case CANCELED -> "canceled";
        };
    }
}
