package dev.trivet.harmont.vcs;

import static dev.trivet.harmont.vcs.Reports.COMMIT;
import static dev.trivet.harmont.vcs.Reports.build;
import static dev.trivet.harmont.vcs.Reports.failed;
import static dev.trivet.harmont.vcs.Reports.passed;
import static dev.trivet.harmont.vcs.Reports.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.harmont.vcs.TestForge.Told;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Spec section 6.3: commit statuses of each forge, against a receiver on this machine. */
class StatusClientTest {
    private final TestClock clock = new TestClock();
    private final HttpClient http = ForgeHttp.client();
    private TestForge forge;

    @BeforeEach
    void open() throws IOException {
        forge = new TestForge();
    }

    @AfterEach
    void close() {
        http.close();
        forge.close();
    }

    private StatusClient client(Forge kind, String token) {
        return StatusClient.of(
                        ForgeSettings.of(kind, URI.create("https://ci.example.org"))
                                .withApiUrl(forge.url())
                                .withToken(token),
                        http,
                        clock)
                .orElseThrow();
    }

    private static StatusUpdate running() {
        return update(CheckState.RUNNING, CheckState.QUEUED, null, build("running", passed("a", 10)));
    }

    @Test
    void gitHub() throws Exception {
        assertThat(client(Forge.GITHUB, "ghp_x").send(running())).isEqualTo(new StatusResult.Done(null));
        var asked = forge.last();
        assertThat(asked.method() + " " + asked.path()).isEqualTo("POST /api/repos/acme/api/statuses/" + COMMIT);
        assertThat(asked.header("Authorization")).isEqualTo("Bearer ghp_x");
        assertThat(asked.header("Accept")).isEqualTo("application/vnd.github+json");
        assertThat(asked.json().toString()).isEqualTo(json("""
                        {"state":"pending","target_url":"https://ci.example.org/acme/pipelines/api-ci/builds/7",
                        "description":"1 passed","context":"harmont/api-ci"}""", asked));
    }

    @Test
    void gitea() throws Exception {
        var update =
                update(CheckState.FAILED, CheckState.RUNNING, null, build("failed", failed("a", null, 1, "", false)));
        assertThat(client(Forge.GITEA, "abc").send(update)).isEqualTo(new StatusResult.Done(null));
        var asked = forge.last();
        assertThat(asked.method() + " " + asked.path()).isEqualTo("POST /api/repos/acme/api/statuses/" + COMMIT);
        assertThat(asked.header("Authorization")).isEqualTo("token abc");
        assertThat(asked.json().path("state").stringValue()).isEqualTo("failure");
        assertThat(asked.json().path("description").stringValue()).isEqualTo("1 failed");
    }

    @Test
    void gitLab() throws Exception {
        var update = new StatusUpdate(
                "mike/team/diaspora",
                COMMIT,
                "harmont/api-ci",
                CheckState.CANCELED,
                CheckState.RUNNING,
                null,
                false,
                build("canceled"));
        assertThat(client(Forge.GITLAB, "glpat-x").send(update)).isEqualTo(new StatusResult.Done(null));
        var asked = forge.last();
        assertThat(asked.method() + " " + asked.path())
                .isEqualTo("POST /api/projects/mike%2Fteam%2Fdiaspora/statuses/" + COMMIT);
        assertThat(asked.header("Private-token")).isEqualTo("glpat-x");
        assertThat(asked.json().path("state").stringValue()).isEqualTo("canceled");
        assertThat(asked.json().path("name").stringValue()).isEqualTo("harmont/api-ci");
    }

    @Test
    void gitLabTakesNoStateTwice() throws Exception {
        StatusClient client = client(Forge.GITLAB, "t");
        assertThat(client.send(update(CheckState.RUNNING, CheckState.RUNNING, null, build("running"))))
                .isInstanceOf(StatusResult.Done.class);
        assertThat(forge.asked()).isEmpty();
        forge.answer(400, "{\"message\":\"Cannot transition status via :run from :running (Reason(s): …)\"}");
        assertThat(client.send(running())).isInstanceOf(StatusResult.Done.class);
        var passed = update(CheckState.PASSED, CheckState.RUNNING, null, build("passed"));
        forge.answer(400, "{\"message\":\"Cannot transition status via :success from :success (Reason(s): …)\"}");
        assertThat(client.send(passed)).isInstanceOf(StatusResult.Done.class);
        forge.answer(400, "{\"message\":\"Cannot transition status via :success from :failed (Reason(s): …)\"}");
        assertThat(client.send(passed)).isInstanceOf(StatusResult.GiveUp.class);
        forge.answer(400, "{\"message\":\"ref is missing\"}");
        assertThat(client.send(running())).isInstanceOf(StatusResult.GiveUp.class);
    }

    @Test
    void bitbucket() throws Exception {
        assertThat(client(Forge.BITBUCKET, "tok")
                        .send(update(CheckState.PASSED, null, null, build("passed", passed("a", 10)))))
                .isEqualTo(new StatusResult.Done(null));
        assertThat(forge.asked()).hasSize(2);
        var status = forge.asked().getFirst();
        String commit = "/api/repositories/acme/api/commit/" + COMMIT;
        assertThat(status.method() + " " + status.path()).isEqualTo("POST " + commit + "/statuses/build");
        assertThat(status.header("Authorization")).isEqualTo("Bearer tok");
        assertThat(status.json().path("state").stringValue()).isEqualTo("SUCCESSFUL");
        String key = status.json().path("key").stringValue();
        assertThat(key).startsWith("harmont-api-ci-").hasSizeLessThanOrEqualTo(40);
        var report = forge.asked().getLast();
        assertThat(report.method() + " " + report.path()).isEqualTo("PUT " + commit + "/reports/" + key);
        assertThat(report.json().path("result").stringValue()).isEqualTo("PASSED");
        assertThat(report.json().path("report_type").stringValue()).isEqualTo("TEST");
    }

    @Test
    void bitbucketsReportIsAnExtra() throws Exception {
        StatusClient client = client(Forge.BITBUCKET, "user:app-password");
        forge.answer(asked -> asked.method().equals("PUT") ? Told.of(403, "no") : Told.of(201, "{}"));
        assertThat(client.send(running())).isInstanceOf(StatusResult.Done.class);
        assertThat(forge.last().header("Authorization"))
                .isEqualTo("Basic "
                        + Base64.getEncoder().encodeToString("user:app-password".getBytes(StandardCharsets.UTF_8)));
        forge.answer(asked -> asked.method().equals("PUT") ? Told.of(503, "later") : Told.of(201, "{}"));
        assertThat(client.send(running())).isInstanceOf(StatusResult.Retry.class);
    }

    @Test
    void statesInTheWordsOfEachForge() throws Exception {
        Map<Forge, List<String>> words = Map.of(
                Forge.GITHUB, List.of("pending", "pending", "success", "failure", "error", "success"),
                Forge.GITEA, List.of("pending", "pending", "success", "failure", "error", "success"),
                Forge.GITLAB, List.of("pending", "running", "success", "failed", "canceled", "success"),
                Forge.BITBUCKET, List.of("INPROGRESS", "INPROGRESS", "SUCCESSFUL", "FAILED", "STOPPED", "SUCCESSFUL"));
        for (Forge kind : Forge.values()) {
            List<String> said = new ArrayList<>();
            for (CheckState state : CheckState.values()) {
                forge.forget();
                client(kind, "t").send(update(state, null, null, build("running")));
                said.add(forge.asked().getFirst().json().path("state").stringValue());
            }
            assertThat(said).as(kind.name()).isEqualTo(words.get(kind));
        }
    }

    @ParameterizedTest
    @EnumSource(Forge.class)
    void whatAnswersMean(Forge kind) throws Exception {
        StatusClient client = client(kind, "t");
        forge.answer(404, "{\"message\":\"Not Found\"}");
        assertThat(client.send(running()))
                .isInstanceOfSatisfying(
                        StatusResult.GiveUp.class,
                        result -> assertThat(result.reason()).contains("404", "Not Found"));
        for (int status : new int[] {500, 502, 503, 408}) {
            forge.answer(status, "oops");
            assertThat(client.send(running())).isInstanceOf(StatusResult.Retry.class);
        }
        for (int status : new int[] {400, 401, 403, 422}) {
            forge.answer(status, "");
            assertThat(client.send(running())).isInstanceOf(StatusResult.GiveUp.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Forge.class)
    void rateLimitsSayHowLong(Forge kind) throws Exception {
        StatusClient client = client(kind, "t");
        Map<Told, Duration> answers = Map.of(
                Told.of(429, "").with("Retry-After", "120"), Duration.ofSeconds(120),
                Told.of(429, "slow down"), Duration.ofMinutes(1),
                Told.of(429, "").with("Retry-After", "Wed, 4 Mar 2026 05:16:07 GMT"), Duration.ofMinutes(10),
                Told.of(429, "").with("Retry-After", "999999999"), Duration.ofHours(1),
                Told.of(429, "").with("Retry-After", "0"), Duration.ofSeconds(1),
                Told.of(429, "").with("Retry-After", "soon"), Duration.ofMinutes(1),
                Told.of(429, "")
                                .with(
                                        "RateLimit-Reset",
                                        Long.toString(clock.instant().getEpochSecond() + 30)),
                        Duration.ofSeconds(30),
                Told.of(403, "secondary rate limit").with("Retry-After", "7"), Duration.ofSeconds(7));
        for (var answer : answers.entrySet()) {
            forge.answer(_ -> answer.getKey());
            assertThat(client.send(running()))
                    .as(answer.getKey().toString())
                    .isEqualTo(new StatusResult.RateLimited(clock.instant().plus(answer.getValue())));
        }
        forge.answer(_ -> new Told(
                403,
                "",
                Map.of(
                        "X-RateLimit-Remaining",
                        "0",
                        "X-RateLimit-Reset",
                        Long.toString(clock.instant().getEpochSecond() + 90))));
        assertThat(client.send(running()))
                .isEqualTo(new StatusResult.RateLimited(clock.instant().plusSeconds(90)));
    }

    @Test
    void redirectionsStayAtTheSameOrigin() throws Exception {
        StatusClient client = client(Forge.GITHUB, "secret");
        try (TestForge other = new TestForge()) {
            forge.answer(_ -> Told.of(307, "").with("Location", other.url() + "/repos/acme/api/statuses/" + COMMIT));
            assertThat(client.send(running())).isInstanceOf(StatusResult.GiveUp.class);
            assertThat(other.asked()).isEmpty();
        }
        forge.answer(asked -> asked.path().startsWith("/moved")
                ? Told.of(201, "{}")
                : Told.of(301, "").with("Location", "/moved/here"));
        assertThat(client.send(running())).isInstanceOf(StatusResult.Done.class);
        assertThat(forge.last().method()).isEqualTo("POST");
        assertThat(forge.last().json().path("state").stringValue()).isEqualTo("pending");
        forge.forget();
        for (String location : List.of("/round", "::not an address::", "file:///etc/passwd", "")) {
            forge.answer(_ -> Told.of(302, "").with("Location", location));
            assertThat(client.send(running())).as(location).isInstanceOf(StatusResult.GiveUp.class);
        }
        assertThat(forge.asked()).hasSizeLessThan(12);
    }

    @Test
    void anAnswerThatIsTooLargeIsNone() throws Exception {
        forge.answer(201, "x".repeat(2 << 20));
        assertThat(client(Forge.GITEA, "t").send(running())).isInstanceOf(StatusResult.Retry.class);
    }

    /** The headers come at once, the body never ends. */
    @Test
    void anAnswerThatDripsIsNone() throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            Thread.ofVirtual().start(() -> drip(server));
            var slow = new ForgeHttp(
                    URI.create("http://127.0.0.1:" + server.getLocalPort()), http, clock, Duration.ofMillis(300));
            assertThatThrownBy(() -> slow.get("/x", Map.of()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no complete answer");
        }
    }

    private static void drip(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                socket.getOutputStream().write('x');
                socket.getOutputStream().flush();
                Thread.sleep(20);
            }
        } catch (IOException e) {
            // The client has had enough.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aForgeThatIsGoneIsTriedAgain() throws Exception {
        StatusClient client = client(Forge.GITEA, "t");
        forge.close();
        assertThat(client.send(running())).isInstanceOf(StatusResult.Retry.class);
        forge = new TestForge();
    }

    @Test
    void withoutCredentialsThereIsNoClient() {
        for (Forge kind : Forge.values()) {
            assertThat(StatusClient.of(ForgeSettings.of(kind, URI.create("https://ci.example.org")), http, clock))
                    .isEmpty();
        }
    }

    @Test
    void coordinatesThatWouldLeadElsewhereAreRefused() {
        for (String repository : List.of("acme", "../x", "acme/..", "acme/a?b", "acme/a b", "acme/a%2f")) {
            assertThatThrownBy(() -> new StatusUpdate(
                            repository, COMMIT, "c", CheckState.QUEUED, null, null, false, build("running")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new StatusUpdate(
                        "acme/api", "main/../..", "c", CheckState.QUEUED, null, null, false, build("running")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** The wanted object in the order of the one that came. */
    private static String json(String wanted, TestForge.Asked asked) {
        var node = dev.trivet.core.json.Json.MAPPER.readTree(wanted);
        assertThat(asked.json()).isEqualTo(node);
        return asked.json().toString();
    }
}
