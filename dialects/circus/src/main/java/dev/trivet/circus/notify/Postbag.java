package dev.trivet.circus.notify;

import dev.trivet.core.json.Json;
import dev.trivet.notify.http.HttpMessage;
import dev.trivet.notify.http.Signatures;
import dev.trivet.notify.mail.MailMessage;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is said to each kind of receiver (spec section 11). Immutable. */
final class Postbag {
    private static final int LONGEST_CONTEXT = 255;
    private static final String COMMIT = "[0-9A-Za-z]{1,64}";

    private final String origin;

    /** @param origin where the server is reached, without a slash at its end */
    Postbag(String origin) {
        this.origin = Objects.requireNonNull(origin, "origin is null");
    }

    /** Where people see the build. */
    private String link(BuildEvent event) {
        return origin + "/api/v1/builds/" + event.buildId();
    }

    /** @param id of the delivery: the same in each attempt */
    HttpMessage webhook(Target.Webhook target, BuildEvent event, UUID id) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("build_id", event.buildId());
        body.put("build_status", Words.of(event.status()).generic());
        body.put("build_job", event.jobName());
        body.put("build_drv", event.drvPath());
        body.put("build_output", Objects.requireNonNullElse(event.buildOutput(), ""));
        body.put("project_name", event.projectName());
        body.put("project_url", event.projectUrl());
        body.put("commit_hash", event.commitHash());
        return webhook(target, Json.write(body), id);
    }

    HttpMessage webhook(Target.Webhook target, String body, UUID id) {
        Map<String, String> headers = new LinkedHashMap<>(target.headers());
        headers.put(TargetReader.DELIVERY, id.toString());
        target.secret().ifPresent(secret -> headers.put(TargetReader.SIGNATURE, Signatures.hmacSha256(secret, body)));
        return new HttpMessage(target.url(), headers, body, target.secrets(), target.trusted());
    }

    /** Empty if the repository is none of this forge, or the commit is none. */
    Optional<HttpMessage> status(Target target, BuildEvent event) {
        if (!event.commitHash().matches(COMMIT)) {
            return Optional.empty();
        }
        return switch (target) {
            case Target.Github github ->
                ForgePath.atHost(event.projectUrl(), github.host())
                        .flatMap(ForgePath::ownerAndName)
                        .map(path -> message(
                                github,
                                github.api() + "/repos/" + path + "/statuses/" + event.commitHash(),
                                Map.of(
                                        "Authorization",
                                        "token " + github.token(),
                                        "User-Agent",
                                        "circus",
                                        "Accept",
                                        "application/vnd.github+json"),
                                status(event)));
            case Target.Gitea gitea ->
                ForgePath.below(event.projectUrl(), gitea.base())
                        .flatMap(ForgePath::ownerAndName)
                        .map(path -> message(
                                gitea,
                                gitea.base() + "/api/v1/repos/" + path + "/statuses/" + event.commitHash(),
                                Map.of("Authorization", "token " + gitea.token()),
                                status(event)));
            case Target.Gitlab gitlab ->
                ForgePath.below(event.projectUrl(), gitlab.base())
                        .map(path -> message(
                                gitlab,
                                gitlab.base() + "/api/v4/projects/" + path.encoded() + "/statuses/"
                                        + event.commitHash(),
                                Map.of("PRIVATE-TOKEN", gitlab.token()),
                                gitlab(event)));
            case Target.Webhook _, Target.Slack _, Target.Email _ -> Optional.empty();
        };
    }

    private static HttpMessage message(
            Target target, String address, Map<String, String> headers, Map<String, ?> body) {
        return new HttpMessage(URI.create(address), headers, Json.write(body), target.secrets(), target.trusted());
    }

    private Map<String, String> status(BuildEvent event) {
        Words words = Words.of(event.status());
        Map<String, String> body = new LinkedHashMap<>();
        body.put("state", words.github());
        body.put("description", words.description());
        body.put("context", context(event));
        body.put("target_url", link(event));
        return body;
    }

    private Map<String, String> gitlab(BuildEvent event) {
        Words words = Words.of(event.status());
        Map<String, String> body = new LinkedHashMap<>();
        body.put("state", words.gitlab());
        body.put("description", words.description());
        body.put("name", context(event));
        body.put("target_url", link(event));
        return body;
    }

    /** Forges take no longer ones. */
    private static String context(BuildEvent event) {
        String context = "circus/" + event.jobName();
        return context.length() <= LONGEST_CONTEXT ? context : context.substring(0, LONGEST_CONTEXT - 1) + "…";
    }

    HttpMessage slack(Target.Slack target, BuildEvent event) {
        String status = Words.of(event.status()).generic();
        return slack(
                target,
                "CI: " + escaped(event.jobName()) + " - " + status,
                "*" + escaped(event.jobName()) + "* - *" + status + "*\nProject: " + escaped(event.projectName())
                        + " | Commit: `" + escaped(event.commitHash()) + "`\n<" + link(event) + "|Build>");
    }

    static HttpMessage slack(Target.Slack target, String text, String section) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("text", text);
        body.put(
                "blocks",
                List.of(Map.of(
                        "type",
                        "section",
                        "text",
                        new java.util.TreeMap<>(Map.of("type", "mrkdwn", "text", section)))));
        return new HttpMessage(target.url(), Map.of(), Json.write(body), target.secrets(), target.trusted());
    }

    /** Slack's three characters: a name must not become a link or call everybody. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    MailMessage email(Target.Email target, BuildEvent event, String to, UUID id) {
        String status = Words.of(event.status()).email();
        String text = """
                Project: %s
                Job: %s
                Status: %s
                Derivation: %s
                Output: %s
                Build ID: %s
                Commit: %s

                %s
                """.formatted(
                        event.projectName(),
                        event.jobName(),
                        status,
                        event.drvPath(),
                        Objects.requireNonNullElse(event.buildOutput(), "N/A"),
                        event.buildId(),
                        event.commitHash(),
                        link(event));
        return new MailMessage(
                target.from(),
                List.of(to),
                List.of(),
                "[circus] " + status + " - " + event.jobName() + " (" + event.projectName() + ")",
                text,
                id.toString(),
                Optional.empty());
    }
}
