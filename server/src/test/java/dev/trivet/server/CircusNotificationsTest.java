package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.CircusAnswers.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.trivet.core.plan.NixSpec;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import dev.trivet.engine.Lease;
import dev.trivet.server.CircusClient.Answer;
import jakarta.mail.internet.MimeMessage;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From what happens to builds to what forges and people are told of it (spec circus section 11). */
class CircusNotificationsTest {
    private static final String COMMIT = "a".repeat(40);
    private static final String HOOK_SECRET = "secret-of-the-push";
    private static final String TOKEN = "token-of-the-forge";
    private static final String SIGNING = "secret-of-the-signature";

    @TempDir
    Path directory;

    private TestReceiver forge;
    private TestReceiver hook;
    private GreenMail post;

    @BeforeEach
    void start() throws Exception {
        forge = new TestReceiver();
        hook = new TestReceiver();
        post = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        post.start();
    }

    @AfterEach
    void stop() {
        post.stop();
        hook.close();
        forge.close();
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("TRIVET_RUNNER_EMBEDDED", "false");
        environment.put("TRIVET_EVALUATOR_MAX_CONCURRENT_EVALS", "4");
        environment.put("TRIVET_SERVER_ORIGIN", "https://ci.example.org");
        environment.put("TRIVET_GITHUB_API_URL", forge.url());
        environment.put("TRIVET_SERVER_WEBHOOK_SECRET_ENCRYPTION_KEY", "0123456789abcdef0123456789abcdef");
        return environment;
    }

    private static String project(CircusServer server) throws Exception {
        return ok(server.admin().post("projects", Map.of("name", "p", "repository_url", "https://github.com/o/r")))
                .get("id")
                .asString();
    }

    private static String hmac(String secret, String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    }

    private void push(CircusServer server, String project, String event, String body) throws Exception {
        ok(server.admin()
                .post("projects/" + project + "/webhooks", Map.of("forge_type", "github", "secret", HOOK_SECRET)));
        ok(server.admin().post("projects/" + project + "/jobsets", Map.of("name", "j", "nix_expression", "x.nix")));
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(
                            server.address().resolve("/api/v1/webhooks/" + project + "/github"))
                    .header("Content-Type", "application/json")
                    .header("X-GitHub-Event", event)
                    .header("X-Hub-Signature-256", hmac(HOOK_SECRET, body))
                    .POST(BodyPublishers.ofString(body))
                    .build();
            assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
    }

    private ScriptedRunner runner(CircusServer server) throws Exception {
        String token = server.admin()
                .post("/api/runner/v1/tokens", Map.of("name", "t"))
                .json()
                .get("token")
                .asString();
        return new ScriptedRunner(server.address(), token, directory);
    }

    private static String drv(String name) {
        return "/nix/store/" + String.format("%-32s", name).replace(' ', '0') + "-" + name + ".drv";
    }

    private static String job(String name, String... needs) {
        String inputs = String.join(
                ",", Arrays.stream(needs).map(need -> "\"" + drv(need) + "\"").toList());
        return """
                {"kind":"job","attr":"%s","name":"%s","system":"x86_64-linux","drvPath":"%s","outputs":{"out":"%s"},\
                "inputDerivations":[%s],"requiredFeatures":[],"fixedHash":null,"meta":{},"aggregate":false,"constituents":[]}
                """.formatted(name, name, drv(name), drv(name).replace(".drv", ""), inputs);
    }

    private static String verdict(String name, String status) {
        return """
                {"kind":"started","drvPath":"%s","machine":null,"at":"2026-01-01T00:00:00Z"}
                {"kind":"output","path":"%s","narHash":"sha256-x","narSize":7}
                {"kind":"verdict","status":"%s","message":null,"culprit":null}
                """.formatted(drv(name), drv(name).replace(".drv", ""), status);
    }

    /** What a forge was told of a job so far, in order. */
    private List<String> told(String job) {
        return forge.got().stream()
                .map(TestReceiver.Got::json)
                .filter(body -> body.get("context").asString().equals("circus/" + job))
                .map(body -> body.get("state").asString() + ": "
                        + body.get("description").asString())
                .toList();
    }

    private void awaitTold(String job, String... expected) throws Exception {
        String _ = Eventually.await(
                job + " " + List.of(expected),
                () -> told(job).equals(List.of(expected)) ? Optional.of("") : Optional.empty(),
                () -> forge.got().stream().map(TestReceiver.Got::body).toList());
    }

    private void awaitMails(int count) throws Exception {
        String _ = Eventually.await(
                count + " mails",
                () -> post.getReceivedMessages().length == count ? Optional.of("") : Optional.empty(),
                () -> post.getReceivedMessages().length);
    }

    @Test
    void aPushBecomesStatusesWebhooksAndMails() throws Exception {
        Map<String, String> environment = environment();
        environment.put("TRIVET_NOTIFICATIONS_GITHUB_TOKEN", TOKEN);
        environment.put("TRIVET_NOTIFICATIONS_WEBHOOK_URL", hook.url() + "/path-of-the-hook");
        environment.put("TRIVET_NOTIFICATIONS_WEBHOOK_SECRET", SIGNING);
        environment.put("TRIVET_NOTIFICATIONS_EMAIL_SMTP_HOST", "127.0.0.1");
        environment.put(
                "TRIVET_NOTIFICATIONS_EMAIL_SMTP_PORT",
                String.valueOf(post.getSmtp().getPort()));
        environment.put("TRIVET_NOTIFICATIONS_EMAIL_TLS", "false");
        environment.put("TRIVET_NOTIFICATIONS_EMAIL_FROM_ADDRESS", "ci@example.org");
        environment.put("TRIVET_NOTIFICATIONS_EMAIL_TO_ADDRESSES", "ada@example.org,bob@example.org");
        environment.put("TRIVET_NOTIFICATIONS_EMAIL_ON_FAILURE_ONLY", "true");
        try (CircusServer server = new CircusServer(directory, environment);
                ScriptedRunner runner = runner(server)) {
            String project = project(server);
            push(server, project, "pull_request", """
                    {"action": "opened", "number": 7, "pull_request": {"draft": false,
                     "head": {"sha": "%s", "ref": "topic"}, "base": {"ref": "main"}}}
                    """.formatted(COMMIT));
            Lease evaluating = runner.claim();
            assertThat(evaluating.spec().nix()).isInstanceOf(NixSpec.Evaluate.class);
            runner.say(evaluating, job("a"));
            awaitTold("a", "pending: the build waits");
            Lease a = runner.claim();
            awaitTold("a", "pending: the build waits", "pending: the build is running");
            runner.say(a, verdict("a", "succeeded"));
            runner.pass(a);
            awaitTold("a", "pending: the build waits", "pending: the build is running", "success: the build succeeded");
            TestReceiver.Got status = forge.got().getLast();
            assertThat(status.path()).isEqualTo("/repos/o/r/statuses/" + COMMIT);
            assertThat(status.header("Authorization")).isEqualTo("token " + TOKEN);
            assertThat(status.json().get("target_url").asString()).startsWith("https://ci.example.org/api/v1/builds/");

            runner.say(evaluating, job("b") + job("c", "b") + "{\"kind\":\"end\",\"lines\":3}\n");
            runner.pass(evaluating);
            Lease b = runner.claim();
            awaitTold("c", "pending: the build waits");
            runner.say(b, verdict("b", "failed"));
            runner.finish(b, JobEvent.FAIL, Outcome.of(Reason.EXIT_CODE, "it failed"));
            awaitTold("c", "pending: the build waits", "failure: a build that it needs did not succeed");
            assertThat(told("b")).last().isEqualTo("failure: the build failed");
            // Two builds failed, and two people want to know.
            awaitMails(4);
            assertThat(Arrays.stream(post.getReceivedMessages()).map(CircusNotificationsTest::subject))
                    .containsOnly("[circus] FAILURE - b (p)", "[circus] FAILURE - c (p)");
            String _ = Eventually.await(
                    "three webhooks",
                    () -> hook.got().size() == 3 ? Optional.of("") : Optional.empty(),
                    () -> hook.got());
            for (TestReceiver.Got got : hook.got()) {
                assertThat(got.path()).isEqualTo("/path-of-the-hook");
                assertThat(got.header("X-circus-signature")).isEqualTo(hmac(SIGNING, got.body()));
                assertThat(UUID.fromString(got.header("X-trivet-delivery"))).isNotNull();
            }
            assertThat(hook.got().stream()
                            .map(got -> got.json().get("build_job").asString() + " "
                                    + got.json().get("build_status").asString()))
                    .containsExactlyInAnyOrder("a success", "b failure", "c failure");
            // What was delivered is there, without secrets.
            Answer tasks = Eventually.await(
                    "all tasks to be completed",
                    () -> Optional.of(server.admin().get("admin/notification-tasks"))
                            .filter(all -> all.json()
                                    .valueStream()
                                    .allMatch(task ->
                                            task.get("status").asString().equals("completed"))),
                    () -> server.admin().get("admin/notification-tasks").body());
            assertThat(tasks.body()).doesNotContain(TOKEN, SIGNING, "path-of-the-hook");
            assertThat(server.admin().get("admin/config").body()).doesNotContain(TOKEN, SIGNING, "path-of-the-hook");
        }
    }

    private static String subject(MimeMessage message) {
        try {
            return message.getSubject();
        } catch (jakarta.mail.MessagingException malformed) {
            throw new AssertionError(malformed);
        }
    }

    @Test
    void whatCouldNotBeDeliveredIsDeliveredAfterARestart() throws Exception {
        Map<String, String> environment = environment();
        environment.put("TRIVET_NOTIFICATIONS_WEBHOOK_URL", hook.url());
        hook.answer(503);
        String task;
        try (CircusServer server = new CircusServer(directory, environment)) {
            String evaluation = evaluation(server, project(server));
            server.sql(handle -> handle.execute(
                    "insert into circus.builds (evaluation_id, job_name, drv_path, status)"
                            + " values (cast(? as uuid), 'a', '/nix/store/x.drv', 'failed')",
                    evaluation));
            String _ = Eventually.await(
                    "the first attempt",
                    () -> hook.got().isEmpty() ? Optional.empty() : Optional.of(""),
                    () -> hook.got());
            task = hook.got().getFirst().header("X-trivet-delivery");
        }
        hook.answer(200);
        try (CircusServer server = new CircusServer(directory, environment)) {
            String _ = Eventually.await(
                    "the delivery",
                    () -> ok(server.admin().get("admin/notification-tasks"))
                                    .at("/0/status")
                                    .asString()
                                    .equals("completed")
                            ? Optional.of("")
                            : Optional.empty(),
                    () -> server.admin().get("admin/notification-tasks").body());
            assertThat(hook.got())
                    .allSatisfy(
                            got -> assertThat(got.header("X-trivet-delivery")).isEqualTo(task));
        }
    }

    private static String evaluation(CircusServer server, String project) throws Exception {
        String jobset = ok(server.admin()
                        .post(
                                "projects/" + project + "/jobsets",
                                Map.of("name", "j", "nix_expression", "x.nix", "enabled", false)))
                .get("id")
                .asString();
        return server.sql(handle -> handle.createQuery("""
                        insert into circus.evaluations (jobset_id, commit_hash, status)
                        values (cast(:jobset as uuid), :commit, 'completed') returning id
                        """)
                .bind("jobset", jobset)
                .bind("commit", COMMIT)
                .mapTo(UUID.class)
                .one()
                .toString());
    }

    @Test
    void aProjectTellsInItsOwnWay() throws Exception {
        Map<String, String> environment = environment();
        environment.put("TRIVET_SERVER_ALLOW_INTERNAL_REQUESTS", "true");
        try (CircusServer server = new CircusServer(directory, environment)) {
            CircusClient admin = server.admin();
            String project = project(server);
            String all = "projects/" + project + "/notifications";
            Map<String, Object> own = Map.of(
                    "notification_type",
                    "webhook",
                    "config",
                    Map.of(
                            "url",
                            hook.url() + "/hidden-path",
                            "secret",
                            SIGNING,
                            "headers",
                            Map.of("X-Key", "hidden-key"),
                            "on_failure_only",
                            true));
            Answer made = admin.post(all, own);
            assertThat(made.status()).as(made.body()).isEqualTo(201);
            assertThat(made.json().propertyNames())
                    .containsExactly("id", "project_id", "notification_type", "config", "enabled", "created_at");
            assertThat(made.body()).doesNotContain("hidden", SIGNING);
            assertThat(made.json().at("/config/url").asString()).isEqualTo(hook.url() + "/********");
            assertThat(made.json().at("/config/on_failure_only").asBoolean()).isTrue();
            refused(admin.post(all, own), 409, "CONFLICT");
            refused(admin.post(all, Map.of("notification_type", "pigeon")), 400, "VALIDATION_ERROR");
            refused(admin.post(all, Map.of("notification_type", "slack")), 400, "VALIDATION_ERROR");
            refused(admin.post(all, Map.of("config", Map.of())), 422, "VALIDATION_ERROR");
            assertThat(ok(admin.get(all))).hasSize(1);

            String path = all + "/" + made.json().get("id").asString();
            JsonNode tested = ok(admin.post(path + "/test", null));
            assertThat(tested.get("delivered").asBoolean()).isTrue();
            assertThat(tested.get("status").asInt()).isEqualTo(201);
            assertThat(hook.got().getLast().path()).isEqualTo("/hidden-path");
            assertThat(hook.got().getLast().header("X-key")).isEqualTo("hidden-key");
            assertThat(hook.got().getLast().header("X-circus-signature"))
                    .isEqualTo(hmac(SIGNING, hook.got().getLast().body()));
            hook.answer(404);
            JsonNode failed = ok(admin.post(path + "/test", null));
            assertThat(failed.get("delivered").asBoolean()).isFalse();
            assertThat(failed.get("status").asInt()).isEqualTo(404);
            assertThat(failed.get("message").asString()).contains("answered 404");
            hook.answer(200);

            int before = hook.got().size();
            String evaluation = evaluation(server, project);
            server.sql(handle -> handle.execute("""
                    insert into circus.builds (evaluation_id, job_name, drv_path, status)
                    select cast(? as uuid), s, '/nix/store/x.drv', s from unnest(array['succeeded', 'failed']) s
                    """, evaluation));
            String _ = Eventually.await(
                    "the failure",
                    () -> hook.got().size() > before ? Optional.of("") : Optional.empty(),
                    () -> hook.got());
            assertThat(hook.got().getLast().json().get("build_job").asString()).isEqualTo("failed");
            String dump = server.sql(handle -> handle.createQuery(
                            "select string_agg(c::text, '') || (select string_agg(t::text, '') from notify.task t)"
                                    + " from circus.notification_configs c")
                    .mapTo(String.class)
                    .one());
            assertThat(dump).doesNotContain("hidden", SIGNING);
            assertThat(admin.delete(path).status()).isEqualTo(204);
            assertThat(ok(admin.get(all))).isEmpty();
        }
    }

    @Test
    void projectsMustNotTellTheInside() throws Exception {
        try (CircusServer server = new CircusServer(directory, environment())) {
            String all = "projects/" + project(server) + "/notifications";
            for (String url : List.of(hook.url(), "https://localhost/x", "http://example.org/x")) {
                refused(
                        server.admin().post(all, Map.of("notification_type", "webhook", "config", Map.of("url", url))),
                        400,
                        "VALIDATION_ERROR");
            }
            assertThat(ok(server.admin().get(all))).isEmpty();
        }
    }

    @Test
    void whatIsDeclaredIsThereAfterTheStart() throws Exception {
        Path config = directory.resolve("trivet.toml");
        Files.writeString(directory.resolve("token"), "token-of-a-file\n");
        String declared = """
                [[declarative.projects]]
                name = "declared"
                repository_url = "https://github.com/o/r"
                [[declarative.projects.notifications]]
                notification_type = "github_status"
                config = {token_file = "${SECRETS}/token"}
                [[declarative.projects.notifications]]
                notification_type = "slack"
                enabled = false
                config = {webhook_url = "https://hooks.example.org/hidden", on_failure_only = true}
                """;
        Files.writeString(config, declared);
        Map<String, String> environment = environment();
        environment.put("TRIVET_CONFIG", config.toString());
        environment.put("SECRETS", directory.toString());
        for (int start = 0; start < 2; start++) {
            try (CircusServer server = new CircusServer(directory, environment)) {
                String project =
                        ok(server.admin().get("projects")).at("/items/0/id").asString();
                Answer all = server.admin().get("projects/" + project + "/notifications");
                assertThat(all.json()
                                .valueStream()
                                .map(one -> one.get("notification_type").asString() + " " + one.get("enabled")))
                        .containsExactly("github_status true", "slack false");
                assertThat(all.body()).doesNotContain("token-of-a-file", "hidden");
                assertThat(server.admin().get("admin/config").body()).doesNotContain("hooks.example.org/hidden");
            }
        }
        Files.writeString(config, declared.replace("https://hooks", "http://hooks"));
        assertThatThrownBy(() -> new CircusServer(directory, environment))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("slack declared for the project declared")
                .hasMessageContaining("config.webhook_url")
                .hasMessageNotContaining("hidden");
    }
}
