package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Series, badges and what Prometheus reads (spec circus sections 9, 10). */
class CircusMetricsTest {
    @TempDir
    static Path directory;

    private static CircusServer server;
    private static CircusClient anonymous;

    @BeforeAll
    static void start() throws Exception {
        server = new CircusServer(directory, Map.of());
        anonymous = server.anonymous();
        CircusRows.insertInto(server);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void seriesHaveAlignedBuckets() throws Exception {
        JsonNode series = ok(anonymous.get("metrics/timeseries/builds"));
        assertThat(series.get("timestamps")).hasSize(1);
        assertThat(series.at("/timestamps/0").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:00:00Z");
        assertThat(series.at("/total/0").asInt()).isEqualTo(3);
        assertThat(series.at("/failed/0").asInt()).isEqualTo(1);
        assertThat(series.at("/avg_duration/0").asDouble()).isEqualTo(900.0);
        JsonNode fine = ok(anonymous.get("metrics/timeseries/builds?bucket=1"));
        assertThat(fine.get("timestamps")).hasSize(3);
        assertThat(fine.at("/avg_duration/1").isNull()).isTrue();
        JsonNode wide = ok(anonymous.get("metrics/timeseries/builds?bucket=1440&hours=2000"));
        assertThat(wide.at("/timestamps/0").asString()).endsWith("T00:00:00Z");
        JsonNode durations = ok(anonymous.get("metrics/timeseries/duration"));
        assertThat(durations.at("/p50/0").asDouble()).isEqualTo(900.0);
        assertThat(durations.at("/p99/0").asDouble()).isEqualTo(1194.0);
        assertThat(ok(anonymous.get("metrics/timeseries/builds?jobset_id=" + UUID.randomUUID()))
                        .get("timestamps"))
                .isEmpty();
        assertThat(ok(anonymous.get("metrics/timeseries/builds?project_id=00000000-0000-0000-0000-00000000000a"))
                        .get("timestamps"))
                .hasSize(1);
        JsonNode systems = ok(anonymous.get("metrics/systems"));
        assertThat(systems.get("systems").toString()).isEqualTo("[\"x86_64-linux\",\"aarch64-linux\",\"unknown\"]");
        assertThat(systems.get("counts").toString()).isEqualTo("[2,1,1]");
        for (String bad : new String[] {"hours=0", "hours=2161", "hours=x", "bucket=0", "hours=2160&bucket=1"}) {
            assertThat(anonymous.get("metrics/timeseries/builds?" + bad).status())
                    .as(bad)
                    .isEqualTo(400);
        }
        assertThat(anonymous.get("metrics/systems?project_id=x").status()).isEqualTo(400);
    }

    @Test
    void prometheusReadsTheCounts() throws Exception {
        Answer answer = anonymous.get("/prometheus");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().headers().firstValue("Content-Type"))
                .hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body().lines())
                .contains(
                        "# TYPE circus_builds_total gauge",
                        "circus_builds_total{status=\"succeeded\"} 2",
                        "circus_builds_total{status=\"failed\"} 1",
                        "circus_builds_total{status=\"running\"} 0",
                        "circus_builds_total{status=\"pending\"} 1",
                        "circus_builds_total{status=\"all\"} 5",
                        "circus_builds_avg_duration_seconds 1800.00",
                        "circus_builds_duration_seconds{quantile=\"0.5\"} 1200.00",
                        "circus_evaluations_total 3",
                        "circus_evaluations_by_status{status=\"completed\"} 2",
                        "circus_evaluations_by_status{status=\"timed_out\"} 0",
                        "circus_queue_depth 1",
                        "circus_projects_total 2",
                        "circus_channels_total 1",
                        "circus_remote_builders_active 1",
                        "circus_project_builds_completed{project=\"alpha\"} 2",
                        "circus_project_builds_failed{project=\"alpha\"} 1",
                        "circus_project_builds_failed{project=\"beta\"} 0");
        assertThat(answer.body().lines().filter(line -> !line.startsWith("#")))
                .allMatch(line -> line.matches("[a-z_]+(\\{[a-z]+=\"[^\"]*\"})? [0-9.]+"));
    }

    @Test
    void badgesTellTheLatestCompletedEvaluation() throws Exception {
        Answer badge = anonymous.get("/job/alpha/main/hello/badge");
        assertThat(badge.status()).isEqualTo(200);
        assertThat(badge.response().headers().firstValue("Content-Type")).hasValue("image/svg+xml");
        assertThat(badge.response().headers().firstValue("Cache-Control"))
                .hasValue("no-cache, no-store, must-revalidate");
        assertThat(badge.response().headers().allValues("Cross-Origin-Resource-Policy"))
                .containsExactly("cross-origin");
        assertThat(badge.body()).contains(">failing<", "#e05d44", "height=\"20\"");
        assertThat(anonymous.get("/job/alpha/main/hello/shield").body()).isEqualTo(badge.body());
        assertThat(anonymous.get("/job/alpha/main/hello_world/shield").body()).contains(">queued<");
        assertThat(anonymous.get("/job/alpha/main/none/badge").body()).contains(">not found<");
        assertThat(anonymous.get("/job/alpha/none/hello/badge").body()).contains(">not found<");
        assertThat(anonymous.get("/job/beta/main/hello/badge").body()).contains(">no evaluations<");
        Answer unknown = anonymous.get("/job/none/main/hello/badge");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.code()).isEqualTo("NOT_FOUND");
    }

    @Test
    void theNewestSuccessIsPointedTo() throws Exception {
        assertThat(location("/job/alpha/main/hello/latest"))
                .isEqualTo("302 /nix-cache/0123456789abcdfghijklmnpqrsvwxyz.narinfo");
        assertThat(location("/job/alpha/main/plain/latest"))
                .isEqualTo("302 /build/00000000-0000-0000-0003-00000000000e");
        for (String path : new String[] {"alpha/main/hello_world", "alpha/none/hello", "none/main/hello"}) {
            Answer answer = anonymous.get("/job/" + path + "/latest");
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.code()).isEqualTo("NOT_FOUND");
        }
    }

    private static String location(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = server.address().resolve(path);
            var response = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            return response.statusCode() + " "
                    + response.headers().firstValue("Location").orElse("nowhere");
        }
    }
}
