package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** The receivers of forges' webhooks (spec circus section 3). */
class CircusHooksTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String SECRET = "of-the-forge";

    @TempDir
    static Path directory;

    private static CircusServer server;
    private static HttpClient http;

    private String project;

    @BeforeAll
    static void start() throws Exception {
        server = new CircusServer(
                directory, Map.of("TRIVET_SERVER_WEBHOOK_SECRET_ENCRYPTION_KEY", "a sentence that nobody guesses"));
        http = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() throws Exception {
        http.close();
        server.close();
    }

    /** A project that takes deliveries of all forges, with a jobset for every branch, one for main, and one that is disabled. */
    @BeforeEach
    void project() throws Exception {
        CircusClient admin = server.admin();
        project = admin.post(
                        "projects",
                        Map.of("name", "p" + NUMBERS.incrementAndGet(), "repository_url", "https://example.org/p"))
                .json()
                .get("id")
                .asString();
        for (Map<String, Object> jobset : List.<Map<String, Object>>of(
                Map.of("name", "every", "nix_expression", "."),
                Map.of("name", "main", "nix_expression", ".", "branch", "main"),
                Map.of("name", "off", "nix_expression", ".", "enabled", false),
                Map.of("name", "disabled", "nix_expression", ".", "state", "disabled"))) {
            assertThat(admin.post("projects/" + project + "/jobsets", jobset).status())
                    .isEqualTo(200);
        }
        for (String forge : List.of("github", "gitea", "forgejo", "gitlab")) {
            assertThat(admin.post("projects/" + project + "/webhooks", Map.of("forge_type", forge, "secret", SECRET))
                            .status())
                    .isEqualTo(200);
        }
    }

    private Answer deliver(String forge, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        server.address().resolve("/api/v1/webhooks/" + project + "/" + forge))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body(), response);
    }

    private Answer github(String event, String body) throws Exception {
        return deliver("github", body, "X-GitHub-Event", event, "X-Hub-Signature-256", "sha256=" + hmac(body));
    }

    private Answer gitlab(String event, String body) throws Exception {
        return deliver("gitlab", body, "X-Gitlab-Event", event, "X-Gitlab-Token", SECRET);
    }

    private static String hmac(String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    }

    private void accepted(Answer answer, String message, String... evaluations) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().get("accepted").asBoolean()).isTrue();
        assertThat(answer.json().get("message").asString()).contains(message);
        assertThat(evaluations()).containsExactly(evaluations);
    }

    private static void refused(Answer answer, int status) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.json().get("accepted").asBoolean()).isFalse();
        assertThat(answer.json().get("message").asString()).isNotBlank();
    }

    private List<String> evaluations() {
        return server.sql(handle -> handle.createQuery("""
                        select j.name || ' ' || e.commit_hash || ' ' || e.status
                            || coalesce(' ' || pr_number || ' ' || pr_head_branch || ' ' || pr_base_branch || ' '
                            || pr_action, '')
                        from circus.evaluations e join circus.jobsets j on j.id = e.jobset_id
                        where j.project_id = :project order by 1
                        """)
                .bind("project", UUID.fromString(project))
                .mapTo(String.class)
                .list());
    }

    private static String push(String ref, String commit) {
        return "{\"ref\": \"" + ref + "\", \"after\": \"" + commit + "\"}";
    }

    @Test
    void whatIsNotConfiguredIsNotFound() throws Exception {
        String webhooks = "projects/" + project + "/webhooks";
        for (var webhook : server.admin().get(webhooks).json()) {
            assertThat(server.admin()
                            .delete(webhooks + "/" + webhook.get("id").asString())
                            .status())
                    .isEqualTo(204);
        }
        refused(github("push", push("refs/heads/main", "a1")), 404);
        refused(gitlab("Push Hook", "{}"), 404);
        String known = project;
        project = UUID.randomUUID().toString();
        refused(github("push", push("refs/heads/main", "a1")), 404);
        project = "1";
        assertThat(github("push", "{}").status()).isEqualTo(400);
        project = known;
        assertThat(deliver("svn", "{}").status()).isEqualTo(404);
        assertThat(server.anonymous().get("webhooks/" + project + "/github").status())
                .isEqualTo(405);
    }

    @Test
    void disabledOnesAndThoseWithoutSecretTakeNothing() throws Exception {
        server.sql(handle -> handle.execute("update circus.webhook_configs set enabled = false"));
        refused(github("push", push("refs/heads/main", "a1")), 404);
        server.sql(handle -> handle.execute("update circus.webhook_configs set enabled = true, secret_hash = null"));
        refused(github("push", push("refs/heads/main", "a1")), 404);
        assertThat(evaluations()).isEmpty();
    }

    @Test
    void theSecretIsNotReadableInTheDatabase() throws Exception {
        List<String> kept = server.sql(handle -> handle.createQuery(
                        "select secret_hash from circus.webhook_configs where secret_hash is not null")
                .mapTo(String.class)
                .list());
        assertThat(kept).isNotEmpty().noneMatch(text -> text.contains(SECRET));
        // Nor can one row's be used in another.
        server.sql(handle -> handle.execute("""
                update circus.webhook_configs set secret_hash = (select secret_hash from circus.webhook_configs
                    where forge_type = 'gitlab' order by created_at desc limit 1) where forge_type = 'github'
                """));
        refused(github("push", push("refs/heads/main", "a1")), 404);
    }

    @Test
    void signaturesMustBeRight() throws Exception {
        String body = push("refs/heads/main", "a1");
        refused(deliver("github", body, "X-GitHub-Event", "push"), 401);
        for (String bad : List.of("", "sha256=", "sha256=" + "0".repeat(64), "sha1=" + hmac(body), hmac(body + " "))) {
            refused(deliver("github", body, "X-GitHub-Event", "push", "X-Hub-Signature-256", bad), 401);
        }
        refused(deliver("gitea", body, "X-Forgejo-Signature", hmac(body)), 401);
        refused(deliver("gitea", body, "X-Gitea-Signature", "x"), 401);
        refused(deliver("forgejo", body), 401);
        refused(deliver("gitlab", body, "X-Gitlab-Event", "Push Hook", "X-Gitlab-Token", SECRET + "x"), 401);
        refused(deliver("gitlab", body, "X-Gitlab-Event", "Push Hook"), 401);
        refused(deliver("github", "no json"), 401);
        assertThat(evaluations()).isEmpty();
    }

    @Test
    void aPushIsEvaluatedByTheJobsetsOfItsBranch() throws Exception {
        accepted(
                github("push", push("refs/heads/main", "a1")),
                "2 evaluations created for commit a1",
                "every a1 pending",
                "main a1 pending");
        accepted(github("push", push("refs/heads/main", "a1")), "0 evaluations", "every a1 pending", "main a1 pending");
        String body = push("refs/heads/topic/x", "b1");
        accepted(
                deliver("github", body, "X-GitHub-Event", "push", "X-Hub-Signature-256", hmac(body)),
                "1 evaluation created for commit b1",
                "every a1 pending",
                "every b1 pending",
                "main a1 pending");
    }

    @Test
    void aPushWithoutARefIsForJobsetsOfEveryBranch() throws Exception {
        accepted(github("push", "{\"after\": \"c1\"}"), "1 evaluation", "every c1 pending");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"ref\": \"refs/heads/main\", \"after\": \"0000000000000000000000000000000000000000\"}",
                "{\"ref\": \"refs/heads/main\", \"after\": \"\"}",
                "{\"ref\": \"refs/heads/main\"}",
                "{}",
            })
    void deletionsAreIgnored(String body) throws Exception {
        accepted(github("push", body), "deletion");
        accepted(deliver("gitea", body, "X-Gitea-Signature", hmac(body)), "deletion");
        accepted(gitlab("Push Hook", body), "deletion");
    }

    @Test
    void tagsAndOtherEventsAreIgnored() throws Exception {
        accepted(github("push", push("refs/tags/v1", "a1")), "no active jobset");
        accepted(github("ping", "{}"), "ignored");
        String body = "{}";
        accepted(deliver("github", body, "X-Hub-Signature-256", hmac(body)), "ignored");
        accepted(gitlab("Tag Push Hook", "{}"), "ignored");
    }

    private static String pull(String action, boolean draft) {
        return """
                {"action": "%s", "number": 7, "pull_request": {"draft": %s, "head": {"sha": "pr123", "ref": "topic"},
                 "base": {"ref": "main"}}}
                """.formatted(action, draft);
    }

    @ParameterizedTest
    @ValueSource(strings = {"opened", "synchronize", "reopened"})
    void aPullRequestMatchesWhereItWantsTo(String action) throws Exception {
        accepted(
                github("pull_request", pull(action, false)),
                "2 evaluations",
                "every pr123 pending 7 topic main " + action,
                "main pr123 pending 7 topic main " + action);
        accepted(
                github(
                        "pull_request",
                        pull(action, false).replace("\"main\"", "\"next\"").replace("pr123", "pr9")),
                "1 evaluation",
                "every pr123 pending 7 topic main " + action,
                "every pr9 pending 7 topic next " + action,
                "main pr123 pending 7 topic main " + action);
    }

    @Test
    void draftsAndClosedOnesAreIgnored() throws Exception {
        accepted(github("pull_request", pull("opened", true)), "draft");
        accepted(github("pull_request", pull("closed", true)), "closed");
        accepted(github("pull_request", "{\"action\": \"opened\", \"number\": 1}"), "no commit");
        accepted(gitlab("Merge Request Hook", merge("open", "\"draft\": true")), "draft");
        accepted(gitlab("Merge Request Hook", merge("merge", "\"work_in_progress\": true")), "draft");
        accepted(gitlab("Merge Request Hook", merge("merge", "\"draft\": false")), "merge");
        accepted(gitlab("Merge Request Hook", merge("update", "\"state\": \"closed\"")), "closed");
    }

    private static String merge(String action, String more) {
        return """
                {"object_kind": "merge_request", "object_attributes": {"iid": 3, "action": "%s", %s,
                 "source_branch": "topic", "target_branch": "main", "last_commit": {"id": "mr123"}}}
                """.formatted(action, more);
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "update", "reopen"})
    void aMergeRequestMatchesWhereItWantsTo(String action) throws Exception {
        accepted(
                gitlab("Merge Request Hook", merge(action, "\"state\": \"opened\"")),
                "2 evaluations",
                "every mr123 pending 3 topic main " + action,
                "main mr123 pending 3 topic main " + action);
    }

    @Test
    void aPushOfGitLabNamesWhatItChecksOut() throws Exception {
        accepted(
                gitlab("Push Hook", "{\"ref\": \"refs/heads/x\", \"checkout_sha\": \"c1\", \"after\": \"a1\"}"),
                "commit c1",
                "every c1 pending");
        accepted(
                gitlab("Push Hook", "{\"ref\": \"refs/heads/x\", \"checkout_sha\": null, \"after\": \"a1\"}"),
                "commit a1",
                "every a1 pending",
                "every c1 pending");
    }

    @Test
    void giteaAndForgejoPush() throws Exception {
        String first = push("refs/heads/x", "a1");
        accepted(deliver("gitea", first, "X-Gitea-Signature", hmac(first)), "commit a1", "every a1 pending");
        String second = push("refs/heads/x", "b1");
        accepted(
                deliver("forgejo", second, "X-Forgejo-Signature", hmac(second)),
                "commit b1",
                "every a1 pending",
                "every b1 pending");
        String third = push("refs/heads/x", "c1");
        accepted(
                deliver("forgejo", third, "X-Gitea-Signature", hmac(third)),
                "commit c1",
                "every a1 pending",
                "every b1 pending",
                "every c1 pending");
    }

    @Test
    void aFormIsReadToo() throws Exception {
        String body = "payload=" + URLEncoder.encode(push("refs/heads/x", "f1"), StandardCharsets.UTF_8);
        accepted(
                deliver(
                        "github",
                        body,
                        "Content-Type",
                        "application/x-www-form-urlencoded",
                        "X-GitHub-Event",
                        "push",
                        "X-Hub-Signature-256",
                        "sha256=" + hmac(body)),
                "commit f1",
                "every f1 pending");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            push         | no json
            push         | []
            push         | {"ref": 1, "after": "a1"}
            push         | {"ref": "refs/heads/main", "after": ["a1"]}
            push         | {"ref": "refs/heads/main", "after": "--upload-pack=x"}
            push         | {"ref": "refs/heads/main", "after": "a\\u0000"}
            pull_request | {"action": "opened", "pull_request": {"head": {"sha": "a1"}}}
            pull_request | {"action": "opened", "number": "7", "pull_request": {"head": {"sha": "a1"}}}
            pull_request | {"action": "opened", "number": 7, "pull_request": {"draft": "no"}}
            """)
    void signedNonsenseIsAnError(String event, String body) throws Exception {
        Answer answer = github(event, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("VALIDATION_ERROR");
        assertThat(evaluations()).isEmpty();
    }

    /** Who evaluates hears of what is due, whoever wrote it. */
    @Test
    void changesAreTold() throws Exception {
        try (Handle listener = server.database().jdbi().open()) {
            listener.execute("listen circus_jobsets_changed");
            PGConnection heard = listener.getConnection().unwrap(PGConnection.class);
            String body = push("refs/heads/x", "a1");
            accepted(deliver("gitea", body, "X-Gitea-Signature", hmac(body)), "commit a1", "every a1 pending");
            assertThat(next(heard)).contains("\"INSERT\"", "\"evaluations\"", "\"jobset_id\"");
            server.sql(handle -> handle.execute("update circus.jobsets set last_checked_at = now()"));
            server.sql(handle -> handle.execute("update circus.jobsets set check_interval = 99"));
            assertThat(next(heard)).contains("\"UPDATE\"", "\"jobsets\"");
            server.sql(handle -> handle.execute("delete from circus.jobsets where name = 'off'"));
            assertThat(next(heard)).contains("\"DELETE\"", "\"jobsets\"");
            listener.execute("unlisten *");
        }
    }

    private static String next(PGConnection connection) throws SQLException {
        PGNotification[] notifications = connection.getNotifications(20_000);
        assertThat(notifications).hasSize(1);
        return notifications[0].getParameter();
    }

    @Test
    void deliveriesHaveABound() throws Exception {
        assertThat(github("push", "{\"x\": \"" + "x".repeat(11 << 20) + "\"}").status())
                .isEqualTo(413);
    }
}
