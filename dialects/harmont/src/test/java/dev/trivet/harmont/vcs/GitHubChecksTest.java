package dev.trivet.harmont.vcs;

import static dev.trivet.harmont.vcs.Reports.COMMIT;
import static dev.trivet.harmont.vcs.Reports.build;
import static dev.trivet.harmont.vcs.Reports.failed;
import static dev.trivet.harmont.vcs.Reports.passed;
import static dev.trivet.harmont.vcs.Reports.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.harmont.vcs.TestForge.Asked;
import dev.trivet.harmont.vcs.TestForge.Told;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Spec section 6.3 for a GitHub App. */
class GitHubChecksTest {
    private static final GitHubApp APP = app();

    private final TestClock clock = new TestClock();
    private final HttpClient http = ForgeHttp.client();
    private TestForge forge;
    private StatusClient client;

    private static GitHubApp app() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return new GitHubApp("77", generator.generateKeyPair().getPrivate());
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void open() throws IOException {
        forge = new TestForge();
        forge.answer(this::gitHub);
        client = StatusClient.of(
                        ForgeSettings.of(Forge.GITHUB, URI.create("https://ci.example.org"))
                                .withApiUrl(forge.url())
                                .withApp(APP),
                        http,
                        clock)
                .orElseThrow();
    }

    @AfterEach
    void close() {
        http.close();
        forge.close();
    }

    private Told gitHub(Asked asked) {
        if (asked.path().endsWith("/installation")) {
            return Told.of(200, "{\"id\": 5}");
        }
        if (asked.path().endsWith("/access_tokens")) {
            return Told.of(201, "{\"token\": \"ghs_1\", \"expires_at\": \"2026-03-04T06:06:07Z\"}");
        }
        return Told.of(asked.method().equals("POST") ? 201 : 200, "{\"id\": 99}");
    }

    private List<String> calls() {
        return forge.asked().stream()
                .map(asked -> asked.method() + " " + asked.path())
                .toList();
    }

    @Test
    void aCheckIsMadeAndChanged() throws Exception {
        assertThat(client.send(update(CheckState.QUEUED, null, null, build("scheduled"))))
                .isEqualTo(new StatusResult.Done("99"));
        assertThat(calls())
                .containsExactly(
                        "GET /api/repos/acme/api/installation",
                        "POST /api/app/installations/5/access_tokens",
                        "POST /api/repos/acme/api/check-runs");
        assertThat(forge.asked().getFirst().header("Authorization")).matches("Bearer [\\w-]+\\.[\\w-]+\\.[\\w-]+");
        var made = forge.last();
        assertThat(made.header("Authorization")).isEqualTo("Bearer ghs_1");
        assertThat(made.json().path("name").stringValue()).isEqualTo("harmont/api-ci");
        assertThat(made.json().path("head_sha").stringValue()).isEqualTo(COMMIT);
        assertThat(made.json().path("external_id").stringValue()).isEqualTo(Reports.BUILD.toString());
        assertThat(made.json().path("status").stringValue()).isEqualTo("queued");
        assertThat(made.json().has("conclusion")).isFalse();

        forge.forget();
        var report = build("failed", passed("a", 10), failed("b", "Test", 3, "boom", false));
        assertThat(client.send(update(CheckState.FAILED, CheckState.RUNNING, "99", report)))
                .isEqualTo(new StatusResult.Done("99"));
        assertThat(calls()).containsExactly("PATCH /api/repos/acme/api/check-runs/99");
        var body = forge.last().json();
        assertThat(body.path("status").stringValue()).isEqualTo("completed");
        assertThat(body.path("conclusion").stringValue()).isEqualTo("failure");
        assertThat(body.path("started_at").stringValue()).isEqualTo("2026-03-04T05:00:00Z");
        assertThat(body.path("completed_at").stringValue()).isEqualTo("2026-03-04T05:01:30Z");
        assertThat(body.path("details_url").stringValue())
                .isEqualTo(report.page().toString());
        assertThat(body.path("output").path("title").stringValue()).isEqualTo("1 passed · 1 failed");
        assertThat(body.path("output").path("summary").stringValue()).contains("| Test |");
        assertThat(body.path("output").path("text").stringValue()).contains("exit code 3", "boom");
    }

    @Test
    void statesInGitHubsWords() throws Exception {
        List<String> words = List.of(
                "queued ",
                "in_progress ",
                "completed success",
                "completed failure",
                "completed cancelled",
                "completed neutral");
        for (CheckState state : CheckState.values()) {
            client.send(update(state, null, "99", build("running")));
            var body = forge.last().json();
            assertThat(words)
                    .element(state.ordinal())
                    .isEqualTo(body.path("status").stringValue() + " "
                            + body.path("conclusion").stringValue(""));
        }
    }

    @Test
    void theTokenIsKeptUntilAMinuteBeforeItsEnd() throws Exception {
        var update = update(CheckState.RUNNING, null, "99", build("running"));
        client.send(update);
        forge.forget();
        clock.advance(Duration.ofMinutes(59).minusSeconds(1));
        client.send(update);
        assertThat(calls()).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        client.send(update);
        assertThat(calls()).hasSize(4);
    }

    @Test
    void aTokenThatIsRefusedIsForgotten() throws Exception {
        var update = update(CheckState.RUNNING, null, "99", build("running"));
        client.send(update);
        forge.answer(_ -> Told.of(401, "{\"message\": \"Bad credentials\"}"));
        assertThat(client.send(update)).isInstanceOf(StatusResult.Retry.class);
        forge.answer(this::gitHub);
        forge.forget();
        assertThat(client.send(update)).isEqualTo(new StatusResult.Done("99"));
        assertThat(calls()).hasSize(3);
    }

    @Test
    void anAppThatIsNotInstalledThereGivesUp() throws Exception {
        forge.answer(404, "{\"message\": \"Not Found\"}");
        assertThat(client.send(update(CheckState.RUNNING, null, null, build("running"))))
                .isInstanceOf(StatusResult.GiveUp.class);
        forge.answer(asked -> asked.path().endsWith("/installation") ? Told.of(200, "{\"id\": 5}") : Told.of(502, ""));
        assertThat(client.send(update(CheckState.RUNNING, null, null, build("running"))))
                .isInstanceOf(StatusResult.Retry.class);
        forge.answer(200, "[]");
        assertThat(client.send(update(CheckState.RUNNING, null, null, build("running"))))
                .isInstanceOf(StatusResult.Retry.class);
        forge.answer(_ -> Told.of(429, "").with("Retry-After", "30"));
        assertThat(client.send(update(CheckState.RUNNING, null, null, build("running"))))
                .isEqualTo(new StatusResult.RateLimited(clock.instant().plusSeconds(30)));
    }

    @Test
    void aCheckWhoseAnswerWasLostIsFoundAgain() throws Exception {
        var repeated = new StatusUpdate(
                "acme/api", COMMIT, "harmont/api-ci", CheckState.RUNNING, null, null, true, build("running"));
        forge.answer(asked -> asked.path().contains("/commits/")
                ? Told.of(
                        200,
                        "{\"check_runs\": [{\"id\": 41, \"external_id\": \"x\"}, {\"id\": 42, \"external_id\": \""
                                + Reports.BUILD + "\"}]}")
                : gitHub(asked));
        client.send(repeated);
        assertThat(calls())
                .endsWith(
                        "GET /api/repos/acme/api/commits/" + COMMIT
                                + "/check-runs?per_page=100&check_name=harmont%2Fapi-ci",
                        "PATCH /api/repos/acme/api/check-runs/42");
        forge.answer(
                asked -> asked.path().contains("/commits/") ? Told.of(200, "{\"check_runs\": []}") : gitHub(asked));
        client.send(repeated);
        assertThat(calls()).endsWith("POST /api/repos/acme/api/check-runs");
    }
}
