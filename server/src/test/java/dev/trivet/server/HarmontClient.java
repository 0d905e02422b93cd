package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Speaks to a server as the SDK of Harmont does: the same requests, the same fields, states of a closed set. */
final class HarmontClient implements AutoCloseable {
    static final Set<String> BUILD_STATES =
            Set.of("scheduled", "running", "failing", "passed", "failed", "canceling", "canceled");
    static final Set<String> JOB_STATES = Set.of(
            "pending",
            "scheduled",
            "assigned",
            "running",
            "passed",
            "failed",
            "skipped",
            "canceling",
            "canceled",
            "timing_out",
            "timed_out");
    private static final Set<String> BUILD_ENDS = Set.of("passed", "failed", "canceled");
    static final JsonMapper JSON = new JsonMapper();
    private static final long LONGEST_NANOS = Duration.ofMinutes(3).toNanos();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI server;
    private final String token;
    private final List<HarmontContract> contracts = new ArrayList<>();

    /** Every answer is checked against the server's own document and the reference's. */
    HarmontClient(URI server, String token) throws Exception {
        this.server = server;
        this.token = token;
        JsonNode own = JSON.readTree(http.send(
                        HttpRequest.newBuilder(server.resolve("/api/v0/openapi.json"))
                                .build(),
                        BodyHandlers.ofString())
                .body());
        contracts.add(new HarmontContract(own, true));
        contracts.add(HarmontContract.ofTheReference());
    }

    /** The same client for another token. */
    HarmontClient as(String otherToken) throws Exception {
        return new HarmontClient(server, otherToken);
    }

    /** An answer: status and JSON, which is null where there is no body. */
    record Answer(int status, JsonNode json) {
        String code() {
            return json.path("error").path("code").asString();
        }
    }

    Answer get(String path) throws Exception {
        return send("GET", path, null);
    }

    Answer post(String path, Object body) throws Exception {
        return send("POST", path, body);
    }

    Answer send(String method, String path, Object body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve("/api/v0" + path));
        request.header("Authorization", "Bearer " + token).header("api-version", "0");
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, BodyPublishers.ofString(JSON.writeValueAsString(body)));
        }
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        JsonNode json = response.body().isEmpty() ? JSON.nullNode() : JSON.readTree(response.body());
        for (HarmontContract contract : contracts) {
            contract.check(method, "/api/v0" + path, response.statusCode(), response.body());
        }
        return new Answer(response.statusCode(), json);
    }

    HttpResponse<byte[]> download(String address) throws Exception {
        URI uri = URI.create(address).isAbsolute() ? URI.create(address) : server.resolve(address);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (!URI.create(address).isAbsolute()) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    /** A pipeline of one's own organization with a new name. */
    String pipeline(String org, String name) throws Exception {
        Answer made = post(
                "/organizations/" + org + "/pipelines",
                Map.of("name", name, "repository", "local/" + name, "default_branch", "main"));
        assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
        return made.json().get("slug").asString();
    }

    String org() throws Exception {
        return get("/user").json().get("personal_org_slug").asString();
    }

    /** Creates a build of this IR and answers its address. */
    String build(String org, String pipeline, Object ir, byte[] archive) throws Exception {
        Map<String, Object> body = new HashMap<>();
        body.put("branch", "main");
        body.put("commit", "0".repeat(40));
        body.put("message", "a test");
        body.put("source", "api");
        body.put("pipeline_ir", ir instanceof String text ? text : JSON.writeValueAsString(ir));
        if (archive != null) {
            body.put("source_b64", Base64.getEncoder().encodeToString(archive));
        }
        String builds = "/organizations/" + org + "/pipelines/" + pipeline + "/builds";
        Answer created = post(builds, body);
        assertThat(created.status()).as(created.json().toString()).isEqualTo(201);
        return builds + "/" + created.json().get("number").asInt();
    }

    /** Polls until the build has ended, as clients do. */
    JsonNode end(String build) throws Exception {
        long deadline = System.nanoTime() + LONGEST_NANOS;
        while (System.nanoTime() < deadline) {
            JsonNode now = get(build).json();
            assertThat(BUILD_STATES).contains(now.get("state").asString());
            if (BUILD_ENDS.contains(now.get("state").asString())) {
                return now;
            }
            Thread.sleep(20);
        }
        throw new AssertionError(build + " did not end: " + jobs(build));
    }

    /** Jobs by their keys. */
    Map<String, JsonNode> jobs(String build) throws Exception {
        Map<String, JsonNode> jobs = new HashMap<>();
        for (JsonNode job : get(build + "/jobs").json().get("data")) {
            assertThat(JOB_STATES).contains(job.get("state").asString());
            assertThat(job.get("depends_on").isArray()).isTrue();
            jobs.put(job.get("step_key").asString(), job);
        }
        return jobs;
    }

    Map<String, String> states(String build) throws Exception {
        Map<String, String> states = new HashMap<>();
        jobs(build).forEach((key, job) -> states.put(key, job.get("state").asString()));
        return states;
    }

    /** One event of a log stream. */
    record Event(String id, String name, JsonNode data) {}

    /** All events of a job's log until its stream ends. */
    List<Event> log(String build, String job, String query) throws Exception {
        String logToken = get(build + "/log-token").json().get("token").asString();
        HttpRequest request = HttpRequest.newBuilder(
                        server.resolve("/v0/jobs/" + job + "/logs?token=" + logToken + query))
                .build();
        var response = http.send(request, BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
        return events(response);
    }

    private static List<Event> events(HttpResponse<java.io.InputStream> response) throws IOException {
        List<Event> events = new ArrayList<>();
        String id = null;
        String name = null;
        StringBuilder data = new StringBuilder();
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() && name != null) {
                    events.add(new Event(id, name, JSON.readTree(data.toString())));
                    id = null;
                    name = null;
                    data.setLength(0);
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data.append(line.substring(6));
                }
            }
        }
        return events;
    }

    /** The text of a log. */
    String logText(String build, String job) throws Exception {
        StringBuilder text = new StringBuilder();
        for (Event event : log(build, job, "")) {
            if (event.name().equals("history")) {
                event.data()
                        .get("chunks")
                        .forEach(chunk -> text.append(chunk.get("content").asString()));
            } else if (event.name().equals("chunk")) {
                text.append(event.data().get("content").asString());
            }
        }
        return text.toString();
    }

    static ObjectNode step(String key, String command) {
        return JSON.createObjectNode().put("type", "command").put("key", key).put("cmd", command);
    }

    static ObjectNode step(String key, String command, String buildsIn) {
        return step(key, command).put("builds_in", buildsIn);
    }

    static ObjectNode waiting() {
        return JSON.createObjectNode().put("type", "wait");
    }

    static ObjectNode pipelineOf(ObjectNode... steps) {
        ObjectNode ir = JSON.createObjectNode().put("version", "0");
        var array = ir.putArray("steps");
        for (ObjectNode step : steps) {
            array.add(step);
        }
        return ir;
    }

    /** A {@code .tar.gz} of these files, as the SDK makes it. */
    static byte[] archive(Map<String, String> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
                var entry = new TarArchiveEntry("./" + file.getKey());
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        http.close();
    }
}
