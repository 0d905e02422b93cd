package dev.trivet.circus.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.json.Json;
import dev.trivet.notify.Outcome;
import dev.trivet.notify.mail.MailMessage;
import dev.trivet.notify.mail.MailServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
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

/** What each kind of receiver is told, to the letter (spec circus section 11). */
class SenderTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String SHA = "a".repeat(40);
    private static final UUID BUILD = UUID.fromString("00000000-0000-0000-0000-000000000001");
    private static final UUID ID = UUID.fromString("00000000-0000-0000-0000-000000000002");
    private static final String LINK = "https://ci.example.org/api/v1/builds/" + BUILD;

    private TestReceiver receiver;
    private Sender sender;

    @BeforeEach
    void start() throws Exception {
        receiver = new TestReceiver();
        sender = new Sender(new Postbag("https://ci.example.org"), () -> NOW);
    }

    @AfterEach
    void stop() {
        sender.close();
        receiver.close();
    }

    private static BuildEvent event(String status, String url) {
        return new BuildEvent(
                BUILD, status, "hello.x86_64-linux", "/nix/store/x-hello.drv", "/nix/store/y-hello", "p", url, SHA);
    }

    private Outcome send(Target target, BuildEvent event) throws Exception {
        return sender.send(target, event, "", ID);
    }

    private void sent(Target target, BuildEvent event, String path, String json) throws Exception {
        assertThat(send(target, event)).isInstanceOf(Outcome.Delivered.class);
        assertThat(receiver.last().path()).isEqualTo(path);
        assertThat(receiver.last().json()).isEqualTo(Json.MAPPER.readTree(json));
    }

    @Test
    void aWebhookGetsTheBuildWithItsSignature() throws Exception {
        var target = new Target.Webhook(
                receiver.url().resolve("/hook"), Optional.of("s3cret"), Map.of("X-Own", "yes"), false, true);
        sent(target, event("succeeded", "https://github.com/o/r"), "POST /hook", """
                {"build_id": "%s", "build_status": "success", "build_job": "hello.x86_64-linux",
                 "build_drv": "/nix/store/x-hello.drv", "build_output": "/nix/store/y-hello", "project_name": "p",
                 "project_url": "https://github.com/o/r", "commit_hash": "%s"}
                """.formatted(BUILD, SHA));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("s3cret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature =
                HexFormat.of().formatHex(mac.doFinal(receiver.last().body().getBytes(StandardCharsets.UTF_8)));
        assertThat(receiver.last().header("X-circus-signature")).isEqualTo("sha256=" + signature);
        assertThat(receiver.last().header("X-own")).isEqualTo("yes");
        assertThat(receiver.last().header("X-trivet-delivery")).isEqualTo(ID.toString());
        assertThat(receiver.last().header("Content-type")).isEqualTo("application/json");
        var unsigned = new Target.Webhook(receiver.url(), Optional.empty(), Map.of(), false, true);
        assertThat(send(unsigned, new BuildEvent(BUILD, "failed", "j", "/d", null, "p", "u", SHA)))
                .isInstanceOf(Outcome.Delivered.class);
        assertThat(receiver.last().json().get("build_output").asString()).isEmpty();
        assertThat(receiver.last().headers()).doesNotContainKey("X-circus-signature");
    }

    @Test
    void githubGetsAStatus() throws Exception {
        var target = new Target.Github(receiver.url(), "github.com", "tok", true);
        for (String url : List.of(
                "https://github.com/o/r",
                "https://github.com/o/r.git",
                "https://GitHub.com/o/r/",
                "git@github.com:o/r.git",
                "ssh://git@github.com/o/r.git")) {
            sent(target, event("cached_failure", url), "POST /repos/o/r/statuses/" + SHA, """
                    {"state": "failure", "description": "the same build failed a short while ago",
                     "context": "circus/hello.x86_64-linux", "target_url": "%s"}
                    """.formatted(LINK));
        }
        assertThat(receiver.last().header("Authorization")).isEqualTo("token tok");
        assertThat(receiver.last().header("User-agent")).isEqualTo("circus");
        int before = receiver.got().size();
        for (String url : List.of(
                "https://gitlab.com/o/r",
                "https://github.com.evil.example/o/r",
                "https://github.com/o",
                "https://github.com/o/../r",
                "https://evil.example/github.com/o/r",
                "https://github.com/o/r/x")) {
            assertThat(send(target, event("succeeded", url))).as(url).isInstanceOf(Outcome.Refused.class);
        }
        assertThat(receiver.got()).hasSize(before);
    }

    @Test
    void giteaAndForgejoGetAStatus() throws Exception {
        for (NotificationType type : List.of(NotificationType.GITEA_STATUS, NotificationType.FORGEJO_STATUS)) {
            var target = new Target.Gitea(type, receiver.url(), "tok", true);
            sent(
                    target,
                    event("running", receiver.url() + "/o/r.git"),
                    "POST /api/v1/repos/o/r/statuses/" + SHA,
                    """
                    {"state": "pending", "description": "the build is running", "context": "circus/hello.x86_64-linux",
                     "target_url": "%s"}
                    """.formatted(LINK));
            assertThat(receiver.last().header("Authorization")).isEqualTo("token tok");
            assertThat(send(target, event("running", "https://github.com/o/r"))).isInstanceOf(Outcome.Refused.class);
        }
    }

    @Test
    void gitlabGetsAStatusAlsoOfSubgroups() throws Exception {
        var target = new Target.Gitlab(receiver.url(), "tok", true);
        sent(
                target,
                event("cancelled", receiver.url() + "/g/sub/r.git"),
                "POST /api/v4/projects/g%2Fsub%2Fr/statuses/" + SHA,
                """
                {"state": "canceled", "description": "the build was cancelled", "name": "circus/hello.x86_64-linux",
                 "target_url": "%s"}
                """.formatted(LINK));
        assertThat(receiver.last().header("Private-token")).isEqualTo("tok");
    }

    @Test
    void slackGetsATextAndASection() throws Exception {
        var target = new Target.Slack(receiver.url().resolve("/services/T/B/x"), false, true);
        sent(target, event("failed", "u"), "POST /services/T/B/x", """
                {"text": "CI: hello.x86_64-linux - failure", "blocks": [{"type": "section", "text": {"type": "mrkdwn",
                 "text": "*hello.x86_64-linux* - *failure*\\nProject: p | Commit: `%s`\\n<%s|Build>"}}]}
                """.formatted(SHA, LINK));
        assertThat(send(target, new BuildEvent(BUILD, "failed", "<!channel>&", "/d", null, "p", "u", SHA)))
                .isInstanceOf(Outcome.Delivered.class);
        assertThat(receiver.last().json().get("text").asString()).isEqualTo("CI: &lt;!channel&gt;&amp; - failure");
        receiver.answer(429, Map.of("Retry-After", "30"));
        assertThat(send(target, event("failed", "u"))).isInstanceOfSatisfying(Outcome.Again.class, again -> {
            assertThat(again.rest()).isEqualTo(Duration.ofSeconds(30));
            assertThat(again.error()).doesNotContain("services");
        });
    }

    @Test
    void anEmailHasItsSubject() {
        var server = new MailServer(
                "h", 25, Optional.empty(), Optional.empty(), MailServer.Encryption.NONE, Optional.empty(), true);
        var target = new Target.Email(server, "ci@example.org", List.of("ada@example.org"), false);
        var postbag = new Postbag("https://ci.example.org");
        Map<String, String> subjects = Map.of(
                "succeeded", "SUCCESS",
                "failed", "FAILURE",
                "cached_failure", "FAILURE",
                "cancelled", "CANCELLED",
                "aborted", "ABORTED",
                "unsupported_system", "UNSUPPORTED",
                "running", "PENDING");
        subjects.forEach((status, word) -> assertThat(postbag.email(target, event(status, "u"), "ada@example.org", ID)
                        .subject())
                .isEqualTo("[circus] " + word + " - hello.x86_64-linux (p)"));
        MailMessage message = postbag.email(target, event("failed", "u"), "ada@example.org", ID);
        assertThat(message.text()).isEqualTo("""
                        Project: p
                        Job: hello.x86_64-linux
                        Status: FAILURE
                        Derivation: /nix/store/x-hello.drv
                        Output: /nix/store/y-hello
                        Build ID: %s
                        Commit: %s

                        %s
                        """.formatted(BUILD, SHA, LINK));
        assertThat(message.id()).isEqualTo(ID.toString());
    }

    @Test
    void whereGithubsLimitComesNearItIsLeftAlone() throws Exception {
        var target = new Target.Github(receiver.url(), "github.com", "tok", true);
        long reset = NOW.getEpochSecond() + 1000;
        BuildEvent event = event("succeeded", "https://github.com/o/r");
        for (Map.Entry<Integer, Long> expected :
                Map.of(1001, 0L, 1000, 20L, 0, 25L).entrySet()) {
            receiver.answer(
                    201,
                    Map.of(
                            "X-RateLimit-Limit", "5000",
                            "X-RateLimit-Remaining", String.valueOf(expected.getKey()),
                            "X-RateLimit-Reset", String.valueOf(reset)));
            assertThat(send(target, event))
                    .isInstanceOfSatisfying(
                            Outcome.Delivered.class,
                            delivered ->
                                    assertThat(delivered.rest()).isEqualTo(Duration.ofSeconds(expected.getValue())));
        }
        assertThat(new RateLimit(100, 100, 0).rest(NOW)).isEqualTo(Duration.ofSeconds(1));
        assertThat(RateLimit.of("x-ratelimit-limit: many\n")).isEmpty();
    }
}
