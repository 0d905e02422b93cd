package dev.trivet.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Submits jobs over the builds.sr.ht API and looks at their logs until there is something to read. */
final class SubmittingClient implements AutoCloseable {
    private static final String BODY =
            "{\"manifest\": \"image: host\\ntasks:\\n- one: |\\n    echo first\\n    sleep 0.05\\n\", \"execute\": true}";
    private static final Pattern ID = Pattern.compile("\"id\":\\s*([0-9]+)");
    private static final Pattern ENDED = Pattern.compile("\"status\":\\s*\"(success|failed|timeout|cancelled)\"");
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int OK = 200;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;
    private final String token;

    /** @param tokenFile holds the administrator's token */
    SubmittingClient(URI server, Path tokenFile) throws IOException {
        this.server = server;
        this.token = Files.readString(tokenFile).strip();
    }

    /** One job after another; each begins when the one before has ended. */
    Latencies measure(int samples) throws IOException, InterruptedException {
        long[] log = new long[samples];
        long[] task = new long[samples];
        for (int sample = 0; sample < samples; sample++) {
            String id = submit();
            long accepted = System.nanoTime();
            awaitBytes("/logs/" + id + "/log");
            log[sample] = System.nanoTime() - accepted;
            awaitBytes("/logs/" + id + "/one/log");
            task[sample] = System.nanoTime() - accepted;
            awaitSuccess(id);
        }
        return new Latencies(Percentiles.of(log), Percentiles.of(task));
    }

    private String submit() throws IOException, InterruptedException {
        HttpRequest request = request("/api/jobs")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(BODY))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        Matcher id = ID.matcher(answer.body());
        if (answer.statusCode() / 100 != 2 || !id.find()) {
            throw new IOException("the job was refused: " + answer.statusCode() + " " + answer.body());
        }
        return id.group(1);
    }

    private void awaitBytes(String path) throws IOException, InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (System.nanoTime() < end) {
            HttpResponse<byte[]> answer = http.send(request(path).build(), BodyHandlers.ofByteArray());
            if (answer.statusCode() == OK && answer.body().length > 0) {
                return;
            }
            Thread.sleep(1);
        }
        throw new IOException("nothing in " + path + " within " + LONGEST.toSeconds() + " s");
    }

    private void awaitSuccess(String id) throws IOException, InterruptedException {
        while (true) {
            HttpResponse<String> answer =
                    http.send(request("/api/jobs/" + id).build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
            Matcher ended = ENDED.matcher(answer.body());
            if (ended.find()) {
                if (!ended.group(1).equals("success")) {
                    throw new IOException("job " + id + " did not pass: " + answer.body());
                }
                return;
            }
            Thread.sleep(10);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).timeout(LONGEST).header("Authorization", "token " + token);
    }

    @Override
    public void close() {
        http.close();
    }

    /** To the first byte of the job's own log, and to the first that its task printed. */
    record Latencies(Percentiles log, Percentiles task) {}
}
