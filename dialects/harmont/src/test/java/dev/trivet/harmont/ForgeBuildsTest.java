package dev.trivet.harmont;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.trivet.accounts.AccountStore;
import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Authentication;
import dev.trivet.accounts.Organization;
import dev.trivet.accounts.Organizations;
import dev.trivet.accounts.Session;
import dev.trivet.blobs.BlobStore;
import dev.trivet.blobs.DirectoryBlobStore;
import dev.trivet.core.json.Json;
import dev.trivet.engine.Engine;
import dev.trivet.engine.EngineConfig;
import dev.trivet.harmont.PipelineStore.NewPipeline;
import dev.trivet.harmont.vcs.Forge;
import dev.trivet.harmont.vcs.ForgeSettings;
import dev.trivet.http.HttpSettings;
import dev.trivet.http.Identities;
import dev.trivet.http.Response;
import dev.trivet.http.RouteGroup;
import dev.trivet.http.Routes;
import dev.trivet.logs.LogSettings;
import dev.trivet.logs.LogStore;
import dev.trivet.store.Database;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.RunStore;
import dev.trivet.store.TestDatabase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From a push to a status at the commit: webhook, discovery, rendering, build, report; only the sandbox is played by hand. */
class ForgeBuildsTest {
    @RegisterExtension
    static final TestDatabase DATABASE =
            TestDatabase.with(MigrationSet.ENGINE, AccountStore.MIGRATIONS, PipelineStore.MIGRATIONS);

    private static final String SECRET = "a secret of more than twenty characters";
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final String IR =
            "{\"version\":\"0\",\"steps\":[{\"type\":\"command\",\"key\":\"test\",\"cmd\":\"make test\"}]}";
    private static final String REGISTRY = "{\"schema_version\":\"1\",\"pipelines\":[{\"slug\":\"ci\",\"name\":\"CI\","
            + "\"allow_manual\":false,\"triggers\":[{\"event\":\"push\",\"branches\":[\"main\",\"release/*\"]},"
            + "{\"event\":\"pull_request\",\"types\":[\"opened\"]}],\"definition\":" + IR + "}]}";

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<JsonNode> statuses = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> closing = new ArrayList<>();
    private HttpServer forge;
    private Harmont harmont;
    private HandRunner runner;
    private dev.trivet.http.HttpServer server;
    private Pipeline placeholder;

    @BeforeEach
    void start() throws Exception {
        Database database = DATABASE.database();
        database.write(handle -> handle.execute("truncate run, queue, lease, event, listener_cursor, accounts.users,"
                + " accounts.organizations, harmont.vcs_delivery, harmont.vcs_event, harmont.vcs_status cascade"));
        forge = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        forge.createContext("/", exchange -> {
            JsonNode status = Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
            assertThat(exchange.getRequestURI().getPath()).isEqualTo("/repos/acme/web/statuses/" + COMMIT);
            exchange.sendResponseHeaders(201, -1);
            exchange.close();
            statuses.add(status);
        });
        forge.start();
        var engine = new Engine(database, Clock.systemUTC(), EngineConfig.DEFAULT);
        LogStore logs = LogStore.open(directory.resolve("logs"), LogSettings.DEFAULT, Clock.systemUTC());
        BlobStore blobs = DirectoryBlobStore.open(directory.resolve("blobs"), Clock.systemUTC());
        var accounts = new Accounts(database, Clock.systemUTC());
        var ground =
                new Harmont.Ground(database, engine, logs, blobs, new RunStore(database), accounts, Clock.systemUTC());
        ForgeSettings github = ForgeSettings.of(Forge.GITHUB, URI.create("https://ci.example.org"))
                .withWebhookSecret(SECRET)
                .withToken("forge-token")
                .withApiUrl(URI.create("http://127.0.0.1:" + forge.getAddress().getPort()));
        harmont = new Harmont(
                ground,
                new HarmontSettings("https://ci.example.org", "host", Map.of(), "", Set.of()),
                Set.of("https"),
                false,
                List.of(github, ForgeSettings.of(Forge.GITLAB, URI.create("https://ci.example.org"))),
                ConnectionSettings.NONE);
        List<RouteGroup> groups = new ArrayList<>(harmont.groups());
        groups.add(new RouteGroup(
                "/", (problem, exchange) -> Response.text(problem.status(), problem.reason()), Set.of(), List.of()));
        server = new dev.trivet.http.HttpServer(HttpSettings.on("127.0.0.1", 0), new Routes(groups), new Nobody());
        server.start();
        engine.start();
        runner = new HandRunner(engine, blobs);
        harmont.start();
        closing.addAll(List.of(client, server, runner, harmont, engine, logs, blobs));
        var user = accounts.createUser("alice", "alice@example.org", false);
        Organization acme = new Organizations(database, Clock.systemUTC()).create(user, "acme", null);
        placeholder = harmont.pipelines()
                .insert(
                        acme.id(),
                        new NewPipeline("web", "web", null, null, "git@github.com:acme/web.git", "acme/web", "main"),
                        Clock.systemUTC().instant())
                .orElseThrow();
    }

    @AfterEach
    void stop() throws Exception {
        forge.stop(0);
        for (AutoCloseable part : closing) {
            part.close();
        }
    }

    private static String push(String branch) {
        return """
                {"ref": "refs/heads/%s", "before": "%s", "after": "%s", "deleted": false,
                 "repository": {"full_name": "acme/web", "private": false, "default_branch": "main",
                   "clone_url": "https://github.com/acme/web.git", "ssh_url": "git@github.com:acme/web.git",
                   "html_url": "https://github.com/acme/web"},
                 "head_commit": {"id": "%s", "message": "Mend it\\n\\nreally", "author": {"name": "Ada"}}}
                """.formatted(branch, "1".repeat(40), COMMIT, COMMIT);
    }

    @Test
    void aPushIsDiscoveredBuiltAndReported() throws Exception {
        runner.definitions.put("", REGISTRY);
        runner.definitions.put("ci", IR);
        assertThat(send("push", "d-1", push("main"), SECRET)).isEqualTo("202 accepted");
        await(() -> builds().size() == 1 && builds().getFirst().state().terminal());
        Build build = builds().getFirst();
        assertThat(build)
                .extracting(Build::state, Build::source, Build::branch, Build::commit, Build::author)
                .containsExactly(BuildState.PASSED, "webhook", "main", COMMIT, "Ada");
        assertThat(build.message()).startsWith("Mend it");
        Pipeline declared = harmont.pipelines().find(placeholder.id()).orElseThrow();
        assertThat(declared.name()).isEqualTo("CI");
        assertThat(declared.allowManual()).isFalse();
        await(() -> !statuses.isEmpty()
                && statuses.getLast().path("state").asString().equals("success"));
        assertThat(statuses.getLast().path("context").asString()).isEqualTo("harmont/web");
        assertThat(statuses.getLast().path("target_url").asString())
                .isEqualTo("https://ci.example.org/acme/pipelines/web/builds/1");
        assertThat(send("push", "d-1", push("main"), SECRET)).isEqualTo("200 duplicate");
        assertThat(send("push", "d-2", push("main"), SECRET)).isEqualTo("202 accepted");
        assertThat(send("push", "d-3", push("feature"), SECRET)).isEqualTo("202 accepted");
        await(this::nothingQueued);
        assertThat(builds()).hasSize(1);
    }

    @Test
    void aFailedJobAndAFailedRenderingAreReported() throws Exception {
        harmont.pipelines().declare(placeholder.id(), "ci", "web", true, "[{\"event\":\"push\",\"branches\":[\"*\"]}]");
        runner.definitions.put("ci", IR);
        runner.failing.add("test");
        assertThat(send("push", "d-1", push("topic"), SECRET)).isEqualTo("202 accepted");
        await(() -> !statuses.isEmpty()
                && statuses.getLast().path("state").asString().equals("failure"));
        assertThat(builds().getFirst().state()).isEqualTo(BuildState.FAILED);
        runner.definitions.clear();
        DATABASE.database().write(handle -> handle.execute("update harmont.build set commit = 'old'"));
        assertThat(send("push", "d-2", push("topic"), SECRET)).isEqualTo("202 accepted");
        await(() -> builds().size() == 2);
        assertThat(builds().getFirst().errorCode()).isEqualTo("render_failed");
    }

    @Test
    void aForgedOrUnknownWebhookIsRefusedAndDoesNothing() throws Exception {
        assertThat(send("push", "d-1", push("main"), "another secret, just as long"))
                .startsWith("401");
        assertThat(send("", "d-1", push("main"), SECRET)).startsWith("400");
        assertThat(send("push", "d-1", "no json", SECRET)).startsWith("400");
        assertThat(post("/webhooks/gitlab", Map.of("x-gitlab-event", "Push Hook"), "{}"))
                .startsWith("500");
        assertThat(post("/webhooks/svn", Map.of(), "{}")).startsWith("404");
        assertThat(send("ping", "d-9", "{}", SECRET)).isEqualTo("202 accepted");
        assertThat(nothingQueued()).isTrue();
        assertThat(builds()).isEmpty();
    }

    private List<Build> builds() {
        return harmont.builds()
                .page(placeholder, new Page.Ask(50, Optional.empty()))
                .rows();
    }

    private boolean nothingQueued() {
        return DATABASE.database()
                        .read(handle -> handle.createQuery("select count(*) from harmont.vcs_event")
                                .mapTo(Long.class)
                                .one())
                == 0;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private String send(String event, String delivery, String body, String secret) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        Map<String, String> headers = event.isEmpty()
                ? Map.of("x-github-delivery", delivery, "x-hub-signature-256", signature)
                : Map.of("x-github-event", event, "x-github-delivery", delivery, "x-hub-signature-256", signature);
        return post("/webhooks/github", headers, body);
    }

    private String post(String path, Map<String, String> headers, String body) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.uri().resolve(path)).POST(BodyPublishers.ofString(body));
        headers.forEach(request::header);
        var answer =
                client.send(request.header("content-type", "application/json").build(), BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    /** Nobody is known here. */
    private record Nobody() implements Identities {
        @Override
        public Authentication byToken(String tokenText) {
            return new Authentication.Unknown();
        }

        @Override
        public Optional<Session> bySession(String sessionId) {
            return Optional.empty();
        }
    }
}
