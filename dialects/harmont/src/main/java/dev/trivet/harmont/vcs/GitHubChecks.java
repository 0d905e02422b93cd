package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Check runs, which only a GitHub App may make: a title, a table, a text, and a button to run again. */
final class GitHubChecks implements StatusClient {
    private final ForgeHttp forge;
    private final InstallationTokens tokens;

    GitHubChecks(ForgeHttp forge, InstallationTokens tokens) {
        this.forge = requireNonNull(forge, "forge is null");
        this.tokens = requireNonNull(tokens, "tokens is null");
    }

    @Override
    public StatusResult send(StatusUpdate update) throws InterruptedException {
        try {
            return switch (tokens.forRepository(update.repository())) {
                case InstallationTokens.Answer.Good(String token) -> send(update, headers(token));
                case InstallationTokens.Answer.None(StatusResult reason) -> reason;
            };
        } catch (IOException e) {
            return new StatusResult.Retry(String.valueOf(e.getMessage()));
        }
    }

    private StatusResult send(StatusUpdate update, Map<String, String> headers)
            throws IOException, InterruptedException {
        String checks = "/repos/" + update.repository() + "/check-runs";
        String known = update.checkId();
        if (known == null && update.isRepeated()) {
            known = lost(update, headers);
        }
        ForgeAnswer answer = known == null
                ? forge.send("POST", checks, headers, body(update))
                : forge.send("PATCH", checks + "/" + known, headers, body(update));
        if (answer.status() == 401) {
            // The token was revoked before its end, for example because the App's permissions changed.
            tokens.drop(update.repository());
            return new StatusResult.Retry("GitHub does not take the token any more: " + answer.excerpt());
        }
        return answer.isGood() ? new StatusResult.Done(id(answer.json(), known)) : answer.failure();
    }

    /** The check of an earlier attempt whose answer was lost: a second one would stay queued for ever. */
    private @Nullable String lost(StatusUpdate update, Map<String, String> headers)
            throws IOException, InterruptedException {
        ForgeAnswer answer = forge.get(
                "/repos/" + update.repository() + "/commits/" + update.commit() + "/check-runs?per_page=100&check_name="
                        + URLEncoder.encode(update.context(), StandardCharsets.UTF_8),
                headers);
        String wanted = update.report().id().toString();
        for (JsonNode run : answer.json().path("check_runs")) {
            if (wanted.equals(run.path("external_id").stringValue(""))) {
                return id(run, null);
            }
        }
        return null;
    }

    private static @Nullable String id(JsonNode run, @Nullable String otherwise) {
        JsonNode id = run.path("id");
        return id.isIntegralNumber() ? Long.toString(id.longValue()) : otherwise;
    }

    private static Map<String, Object> body(StatusUpdate update) {
        BuildReport report = update.report();
        StatusText text = update.text();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", update.context());
        body.put("head_sha", update.commit());
        body.put("external_id", report.id().toString());
        body.put("details_url", report.page().toString());
        body.put("status", status(update.state()));
        conclusion(update.state()).ifPresent(conclusion -> body.put("conclusion", conclusion));
        report.startedAt().ifPresent(at -> body.put("started_at", at.toString()));
        if (update.state().isTerminal()) {
            report.finishedAt().ifPresent(at -> body.put("completed_at", at.toString()));
        }
        body.put("output", Map.of("title", text.title(), "summary", text.summary(), "text", text.text()));
        return body;
    }

    private static String status(CheckState state) {
        return switch (state) {
            case QUEUED -> "queued";
            case RUNNING -> "in_progress";
            case PASSED, FAILED, CANCELED, NEUTRAL -> "completed";
        };
    }

    private static Optional<String> conclusion(CheckState state) {
        return switch (state) {
            case QUEUED, RUNNING -> Optional.empty();
            case PASSED -> Optional.of("success");
            case FAILED -> Optional.of("failure");
            case CANCELED -> Optional.of("cancelled");
            case NEUTRAL -> Optional.of("neutral");
        };
    }

    static Map<String, String> headers(String token) {
        return Map.of(
                "Authorization", "Bearer " + token,
                "Accept", "application/vnd.github+json",
                "X-GitHub-Api-Version", "2022-11-28");
    }
}
