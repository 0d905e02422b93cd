package dev.trivet.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the REST API that knows no more than its documentation. */
final class SrhtClient implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> ENDED = Set.of("success", "failed", "timeout", "cancelled");

    private final URI server;
    private final String token;
    private final HttpClient http = HttpClient.newHttpClient();

    SrhtClient(URI server, String token) {
        this.server = server;
        this.token = token;
    }

    int submit(String manifest) throws IOException, InterruptedException {
        return submit(Map.of("manifest", manifest));
    }

    int submit(Map<String, ?> body) throws IOException, InterruptedException {
        HttpResponse<String> answer = post("/api/jobs", JSON.writeValueAsString(body));
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body()).get("id").intValue();
    }

    HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return http.send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        return JSON.readTree(new String(get(path).body(), StandardCharsets.UTF_8));
    }

    JsonNode job(int id) throws IOException, InterruptedException {
        return json("/api/jobs/" + id);
    }

    String status(int id) throws IOException, InterruptedException {
        return job(id).get("status").asString();
    }

    /** Waits for the job's end and answers its status. */
    String end(int id) throws IOException, InterruptedException {
        return await(id, ENDED);
    }

    String await(int id, Set<String> statuses) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (true) {
            String status = status(id);
            if (statuses.contains(status)) {
                return status;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("job " + id + " is " + status + " after 90 s\n" + setupLog(id));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
        }
    }

    String setupLog(int id) throws IOException, InterruptedException {
        return text("/logs/" + id + "/log");
    }

    String taskLog(int id, String task) throws IOException, InterruptedException {
        return text("/logs/" + id + "/" + task + "/log");
    }

    String text(String path) throws IOException, InterruptedException {
        return new String(get(path).body(), StandardCharsets.UTF_8);
    }

    /** {@code name=status} of each task. */
    List<String> tasks(int id) throws IOException, InterruptedException {
        var tasks = new ArrayList<String>();
        job(id).get("tasks")
                .forEach(task -> tasks.add(
                        task.get("name").asString() + "=" + task.get("status").asString()));
        return tasks;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).header("Authorization", "Bearer " + token);
    }

    @Override
    public void close() {
        http.close();
    }
}
