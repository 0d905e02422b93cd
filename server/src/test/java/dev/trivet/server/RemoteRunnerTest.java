package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.engine.EngineConfig;
import dev.trivet.store.TestPrograms;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Remote runners over real HTTP, with real sandboxes; the server has no runner of its own. */
class RemoteRunnerTest {
    private static final String TOKEN = "the-administrators-token-of-this-test";
    private static final JsonMapper JSON = new JsonMapper();
    private static final String COUNTING = """
            image: debian/stable
            tasks:
            - count: |
                set +x
                for i in $(seq 1 40); do echo "line $i"; sleep 0.1; done
            """;

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void aRemoteRunnerRunsJobsAndKeepsTheirLogsAndArtifacts() throws Exception {
        try (TrivetServer server = server();
                SrhtClient client = new SrhtClient(server.address(), TOKEN)) {
            String token = token(server.address());
            try (RemoteRunner _ = runner("one", server.address(), token)) {
                int job = client.submit("""
                        image: debian/stable
                        artifacts: [out.txt]
                        tasks:
                        - make: |
                            echo hello; echo made > out.txt
                        """);
                assertThat(client.end(job)).as(client.setupLog(job)).isEqualTo("success");
                assertThat(client.taskLog(job, "make")).contains("hello");
                assertThat(client.json("/api/jobs/" + job + "/artifacts").toString())
                        .contains("out.txt");
            }
        }
    }

    @Test
    void aJobOfAKilledRunnerPassesOnAnother() throws Exception {
        try (TrivetServer server = server();
                SrhtClient client = new SrhtClient(server.address(), TOKEN)) {
            String token = token(server.address());
            Process first = process("one", server.address(), token);
            int job = client.submit(COUNTING);
            await("the job to write", () -> text(client, job).contains("line 5"));
            String before = text(client, job);
            first.destroyForcibly().onExit().join();
            try (RemoteRunner _ = runner("two", server.address(), token)) {
                assertThat(client.end(job)).as(client.setupLog(job)).isEqualTo("success");
            }
            String log = client.taskLog(job, "count");
            assertThat(log).startsWith(before).contains("[trivet] the attempt before");
            checkLog(log);
        }
    }

    @Test
    void aJobGoesOnWhileTheServerStartsAgain() throws Exception {
        Map<String, String> environment = new HashMap<>(environment());
        environment.put("TRIVET_LISTEN", "127.0.0.1:" + FreePort.on("127.0.0.1"));
        int job;
        try (Closing runner = new Closing()) {
            try (ServerProcess server = ServerProcess.start(environment);
                    SrhtClient client = new SrhtClient(server.address(), TOKEN)) {
                runner.part = runner("one", server.address(), token(server.address()));
                job = client.submit(COUNTING.replace("seq 1 40", "seq 1 80"));
                await("the job to write", () -> text(client, job).contains("line 5"));
                server.kill();
            }
            try (ServerProcess server = ServerProcess.start(environment);
                    SrhtClient client = new SrhtClient(server.address(), TOKEN)) {
                assertThat(client.end(job)).as(client.setupLog(job)).isEqualTo("success");
                String log = client.taskLog(job, "count");
                assertThat(log).doesNotContain("[trivet]");
                assertThat(log.lines().filter(line -> line.startsWith("line ")).count())
                        .isEqualTo(80);
                checkLog(log);
            }
        }
    }

    /** Longer than a lease: with nobody there to take it away, it holds. */
    @Test
    void noAttemptIsLostHoweverLongTheServerIsAway() throws Exception {
        Map<String, String> environment = new HashMap<>(environment());
        environment.put("TRIVET_LISTEN", "127.0.0.1:" + FreePort.on("127.0.0.1"));
        Duration away = EngineConfig.DEFAULT.leaseTimeout().plusSeconds(5);
        var jobs = new ArrayList<Integer>();
        try (Closing runner = new Closing()) {
            try (ServerProcess server = ServerProcess.start(environment);
                    SrhtClient client = new SrhtClient(server.address(), TOKEN)) {
                runner.part = runner("one", server.address(), token(server.address()));
                // One that ends while nobody can be told, and one that is in the middle when somebody can again.
                jobs.add(client.submit(COUNTING));
                jobs.add(client.submit(COUNTING.replace("seq 1 40", "seq 1 400")));
                await(
                        "the jobs to write",
                        () -> jobs.stream().allMatch(job -> text(client, job).contains("line 5")));
                server.kill();
            }
            long end = System.nanoTime() + away.toNanos();
            await("a time longer than a lease", () -> System.nanoTime() > end);
            assertThat(runner.part.busy()).isEqualTo(2);
            try (ServerProcess server = ServerProcess.start(environment);
                    SrhtClient client = new SrhtClient(server.address(), TOKEN)) {
                for (int job : jobs) {
                    assertThat(client.end(job)).as(client.setupLog(job)).isEqualTo("success");
                    String log = client.taskLog(job, "count");
                    assertThat(log).as("one attempt alone").doesNotContain("[trivet]");
                    checkLog(log);
                    assertThat(log).contains("line " + (job == jobs.getFirst() ? 40 : 400) + "\n");
                }
            }
        }
    }

    @Test
    void aCancelIsHeardOfWithinASecond() throws Exception {
        try (TrivetServer server = server();
                SrhtClient client = new SrhtClient(server.address(), TOKEN)) {
            String token = token(server.address());
            String session = session(server.address(), token, UUID.randomUUID());
            int job = client.submit(COUNTING);
            JsonNode ref = claimed(server.address(), session, token).at("/ref");
            var asked = http.sendAsync(
                    HttpRequest.newBuilder(server.address().resolve("/api/runner/v1" + session + "/stops"))
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("{\"known\":[],\"waitMillis\":4000}"))
                            .build(),
                    BodyHandlers.ofString());
            long begun = System.nanoTime();
            client.post("/api/jobs/" + job + "/cancel", "");
            assertThat(asked.get(10, TimeUnit.SECONDS).body()).contains("\"jobId\":" + ref.get("jobId"), "CANCEL");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
            String known = "{\"known\":[" + ref + "],\"waitMillis\":1}";
            assertThat(send(server.address(), "POST", session + "/stops", token, known)
                            .body())
                    .as("what the runner knows of is not said again")
                    .isEqualTo("{\"stops\":[]}");
            assertThat(send(server.address(), "POST", session + "/stops", token(server.address()), known)
                            .body())
                    .as("of another one's session nothing is said")
                    .isEqualTo("{\"stops\":[]}");
            assertThat(send(server.address(), "POST", session + "/stops", token, "{}")
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void aCancelledJobEndsLongBeforeTheNextBeat() throws Exception {
        try (TrivetServer server = server();
                SrhtClient client = new SrhtClient(server.address(), TOKEN);
                RemoteRunner _ = runner("one", server.address(), token(server.address()))) {
            var shortest = Duration.ofHours(1);
            for (int round = 0; round < 5 && shortest.compareTo(Duration.ofSeconds(1)) > 0; round++) {
                int job = client.submit(COUNTING.replace("seq 1 40", "seq 1 4000"));
                await("the job to write", () -> text(client, job).contains("line 2"));
                long begun = System.nanoTime();
                client.post("/api/jobs/" + job + "/cancel", "");
                assertThat(client.end(job)).isEqualTo("cancelled");
                var took = Duration.ofNanos(System.nanoTime() - begun);
                shortest = took.compareTo(shortest) < 0 ? took : shortest;
            }
            assertThat(shortest).isLessThan(Duration.ofSeconds(1));
        }
    }

    private JsonNode claimed(URI server, String session, String token) throws Exception {
        return JSON.readTree(send(server, "POST", session + "/claim", token, "{\"most\":1,\"waitMillis\":5000}")
                        .body())
                .at("/leases/0");
    }

    @Test
    void onlyTheHolderOfALeaseTouchesItsJob() throws Exception {
        try (TrivetServer server = server();
                SrhtClient client = new SrhtClient(server.address(), TOKEN)) {
            URI address = server.address();
            String mine = token(address);
            String other = token(address);
            UUID me = UUID.randomUUID();
            UUID you = UUID.randomUUID();
            String my = session(address, mine, me);
            String your = session(address, other, you);
            int job = client.submit(COUNTING);
            JsonNode lease = claimed(address, my, mine);
            String attempt = "/jobs/" + lease.at("/ref/jobId").asLong() + "/"
                    + lease.at("/ref/attempt").asInt();
            assertThat(client.status(job)).isIn("pending", "queued", "running");

            assertThat(send(address, "POST", my + "/beat", other, "{}").body()).contains("\"superseded\":true");
            assertThat(send(address, "POST", your + attempt + "/started", other, "{}")
                            .body())
                    .contains("STALE");
            assertThat(send(address, "POST", my + attempt + "9/started", mine, "{}")
                            .body())
                    .contains("STALE");
            assertThat(send(address, "POST", my + attempt + "/started", mine, "{}")
                            .body())
                    .contains("ACCEPTED");
            assertThat(send(address, "POST", my + "/beat", mine, "{}").body()).contains("\"superseded\":false");

            assertThat(send(address, "POST", my + attempt + "/steps", mine, "{\"number\":1,\"state\":\"RUNNING\"}")
                            .body())
                    .contains("ACCEPTED");
            String log = attempt + "/logs/1?offset=";
            assertThat(bytes(address, my + log + 0, mine, "abc").body()).contains("3");
            assertThat(bytes(address, my + log + 0, mine, "abc").body()).contains("3");
            assertThat(bytes(address, my + log + 9, mine, "gap").statusCode()).isEqualTo(409);
            assertThat(bytes(address, your + log + 3, other, "no").statusCode()).isEqualTo(409);
            assertThat(bytes(address, my + attempt + "/logs/77?offset=0", mine, "no")
                            .statusCode())
                    .isEqualTo(409);
            assertThat(bytes(address, my + log + 3, mine, "x".repeat((1 << 20) + 1))
                            .statusCode())
                    .isEqualTo(413);
            assertThat(client.taskLog(job, "count")).isEqualTo("abc");
            assertThat(send(address, "GET", my + "/blobs/" + "0".repeat(64), mine, null)
                            .statusCode())
                    .isEqualTo(404);
            assertThat(send(address, "PUT", my + attempt + "/artifacts?path=/etc/passwd", mine, "x")
                            .statusCode())
                    .isEqualTo(400);
            String lost = "{\"event\":\"FAIL\",\"outcome\":{\"reason\":\"EXIT_CODE\",\"exitCode\":1}}";
            assertThat(send(address, "POST", your + attempt + "/finish", other, lost)
                            .body())
                    .contains("STALE");
            assertThat(send(address, "POST", my + attempt + "/finish", mine, lost.replace("FAIL", "SKIP"))
                            .statusCode())
                    .isEqualTo(400);
            assertThat(send(address, "POST", my + attempt + "/finish", mine, lost)
                            .body())
                    .contains("ACCEPTED");
            assertThat(send(address, "POST", my + attempt + "/finish", mine, lost)
                            .body())
                    .contains("STALE");
            assertThat(client.end(job)).isEqualTo("failed");

            assertThat(register(address, other, me, Set.of()).statusCode())
                    .as("an identity of another token")
                    .isEqualTo(409);
            assertThat(register(address, TOKEN, me, Set.of()).statusCode())
                    .as("an administrator is no runner")
                    .isEqualTo(401);
            assertThat(send(address, "GET", "/../../jobs", mine, null).statusCode())
                    .isNotEqualTo(200);
            assertThat(http.send(
                                    HttpRequest.newBuilder(address.resolve("/api/jobs"))
                                            .header("Authorization", "Bearer " + mine)
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .as("a runner is no user")
                    .isEqualTo(401);
            var many = new ArrayList<String>();
            for (int feature = 0; feature < 129; feature++) {
                many.add("f" + feature);
            }
            assertThat(register(address, mine, me, Set.copyOf(many)).statusCode())
                    .isEqualTo(400);
        }
    }

    private HttpResponse<String> register(URI server, String token, UUID id, Set<String> features) throws Exception {
        Map<String, Object> hello = new HashMap<>();
        hello.put("protocol", 1);
        hello.put("id", id);
        hello.put("name", "test");
        hello.put("host", "test");
        hello.put("systems", List.of("x86_64-linux"));
        hello.put("features", features);
        hello.put("labels", List.of());
        hello.put("mandatory", List.of());
        hello.put("slots", 1);
        hello.put("cpus", 1);
        hello.put("speedFactor", 1.0);
        return send(server, "POST", "/register", token, JSON.writeValueAsString(hello));
    }

    private String session(URI server, String token, UUID id) throws Exception {
        HttpResponse<String> answer = register(server, token, id, Set.of());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return "/sessions/" + id + "/"
                + JSON.readTree(answer.body()).get("generation").asLong();
    }

    private HttpResponse<String> send(URI server, String method, String path, String token, String json)
            throws Exception {
        return send(server, method, path, token, "application/json", json == null ? "" : json);
    }

    private HttpResponse<String> bytes(URI server, String path, String token, String body) throws Exception {
        return send(server, "POST", path, token, "application/octet-stream", body);
    }

    private HttpResponse<String> send(URI server, String method, String path, String token, String type, String body)
            throws Exception {
        return http.send(
                HttpRequest.newBuilder(server.resolve("/api/runner/v1" + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", type)
                        .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private String token(URI server) throws Exception {
        HttpResponse<String> answer = send(server, "POST", "/tokens", TOKEN, "{\"name\":\"test\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return JSON.readTree(answer.body()).get("token").asString();
    }

    private TrivetServer server() throws Exception {
        return TrivetServer.start(Settings.read(Settings.Options.NONE, environment()), Clock.systemUTC());
    }

    private Map<String, String> environment() {
        return Map.of(
                "TRIVET_LISTEN",
                "127.0.0.1:0",
                "TRIVET_DATA",
                TestPrograms.in(directory.resolve("data")).toString(),
                "TRIVET_ADMIN_TOKEN",
                TOKEN,
                "TRIVET_SERVER_DRAIN_TIMEOUT",
                "0s",
                "TRIVET_RUNNER_EMBEDDED",
                "false");
    }

    private Map<String, String> runnerEnvironment(String name) {
        return Map.of(
                "TRIVET_DATA",
                directory.resolve(name).toString(),
                "TRIVET_RUNNER_BACKEND",
                "bwrap",
                "TRIVET_RUNNER_SLOTS",
                "2");
    }

    private RemoteRunner runner(String name, URI server, String token) throws Exception {
        return RemoteRunner.start(
                Settings.read(Settings.Options.NONE, runnerEnvironment(name)),
                new RemoteRunner.Options(server, token, name, Set.of(), Set.of(), 1),
                Clock.systemUTC());
    }

    private Process process(String name, URI server, String token) throws Exception {
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile", ""),
                "-cp",
                System.getProperty("java.class.path"),
                RunnerProcess.class.getName(),
                server.toString());
        builder.environment().putAll(runnerEnvironment(name));
        builder.environment().put("RUNNER_TOKEN", token);
        return builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".out").toFile())
                .start();
    }

    private static String text(SrhtClient client, int job) {
        try {
            return client.taskLog(job, "count");
        } catch (Exception failed) {
            return "";
        }
    }

    /** Each attempt's part counts from 1 without a hole. */
    private static void checkLog(String log) {
        int expected = 1;
        for (String line : log.lines().toList()) {
            if (line.startsWith("[trivet]")) {
                expected = 1;
            } else if (line.startsWith("line ")) {
                assertThat(line).as(log).isEqualTo("line " + expected);
                expected++;
            }
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline for " + what).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static final class Closing implements AutoCloseable {
        private RemoteRunner part;

        @Override
        public void close() {
            if (part != null) {
                part.close();
            }
        }
    }
}
