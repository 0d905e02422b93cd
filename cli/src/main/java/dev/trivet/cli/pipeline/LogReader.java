package dev.trivet.cli.pipeline;

import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.BuildClient.BuildAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the log of one job to its end, coming again behind the last line it has when the stream breaks off. */
final class LogReader {
    private static final int MOST_BREAKS = 10;
    private static final long PAUSE_MILLIS = 300;

    private final BuildClient client;
    private final BuildAddress build;
    private final String job;
    private final Consumer<String> lines;
    private final JsonMapper json = JsonMapper.shared();
    private long last;

    /** @param lines takes each line, with its line end */
    LogReader(BuildClient client, BuildAddress build, String job, Consumer<String> lines) {
        this.client = Objects.requireNonNull(client, "client is null");
        this.build = Objects.requireNonNull(build, "build is null");
        this.job = Objects.requireNonNull(job, "job is null");
        this.lines = Objects.requireNonNull(lines, "lines is null");
    }

    void read() throws IOException, ApiException, InterruptedException {
        for (int breaks = 0; ; breaks++) {
            try (InputStream stream = client.log(build, job, last)) {
                if (readOnce(stream)) {
                    return;
                }
            } catch (IOException broken) {
                if (breaks == MOST_BREAKS) {
                    throw broken;
                }
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /** Answers true if the log has ended. */
    private boolean readOnce(InputStream stream) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        String event = "";
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith("event: ")) {
                event = line.substring("event: ".length());
                if (event.equals("done")) {
                    return true;
                }
            } else if (line.startsWith("data: ")) {
                JsonNode data = json.readTree(line.substring("data: ".length()));
                if (event.equals("history")) {
                    data.path("chunks").forEach(this::take);
                } else if (event.equals("chunk")) {
                    take(data);
                }
            }
        }
        return false;
    }

    private void take(JsonNode chunk) {
        long sequence = chunk.path("seq").asLong();
        if (sequence > last) {
            last = sequence;
            lines.accept(chunk.path("content").asString(""));
        }
    }
}
