package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Search, series, badges and what Prometheus reads (spec circus sections 2.7, 9, 10), on rows as builds leave them. */
class CircusSearchTest {
    @TempDir
    static Path directory;

    private static CircusServer server;
    private static CircusClient anonymous;

    /** Two projects, three jobsets, three evaluations and five builds. */
    private static final String ROWS = """
            insert into circus.projects (id, name, description, repository_url, created_at) values
                ('00000000-0000-0000-0000-00000000000a', 'alpha', '100% of_it', 'https://example.org/a', '2026-01-01Z'),
                ('00000000-0000-0000-0000-00000000000b', 'beta', null, 'https://example.org/b', '2026-02-01Z');
            insert into circus.jobsets (id, project_id, name, nix_expression, enabled) values
                ('00000000-0000-0000-0001-00000000000a', '00000000-0000-0000-0000-00000000000a', 'main', '.', true),
                ('00000000-0000-0000-0001-00000000000b', '00000000-0000-0000-0000-00000000000b', 'main', '.', false),
                ('00000000-0000-0000-0001-00000000000c', '00000000-0000-0000-0000-00000000000b', 'fresh', '.', true);
            insert into circus.evaluations (id, jobset_id, commit_hash, status, evaluation_time) values
                ('00000000-0000-0000-0002-00000000000a', '00000000-0000-0000-0001-00000000000a', 'abc1', 'completed',
                    '2026-01-01T00:00:00Z'),
                ('00000000-0000-0000-0002-00000000000b', '00000000-0000-0000-0001-00000000000a', 'abc2', 'completed',
                    '2026-01-02T00:00:00Z'),
                ('00000000-0000-0000-0002-00000000000c', '00000000-0000-0000-0001-00000000000b', 'def1', 'failed',
                    '2026-01-03T00:00:00Z');
            insert into circus.builds (id, evaluation_id, job_name, drv_path, status, system, priority, created_at,
                    started_at, completed_at, build_output_path) values
                ('00000000-0000-0000-0003-00000000000a', '00000000-0000-0000-0002-00000000000a', 'hello',
                    '/nix/store/x-hello.drv', 'succeeded', 'x86_64-linux', 1, now() - interval '3 hours',
                    date_trunc('hour', now()) - interval '100 minutes', date_trunc('hour', now()) - interval '90 minutes',
                    '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-hello-1.0'),
                ('00000000-0000-0000-0003-00000000000b', '00000000-0000-0000-0002-00000000000b', 'hello',
                    '/nix/store/y-hello.drv', 'failed', 'x86_64-linux', 2, now() - interval '2 hours',
                    date_trunc('hour', now()) - interval '100 minutes', date_trunc('hour', now()) - interval '80 minutes',
                    null),
                ('00000000-0000-0000-0003-00000000000c', '00000000-0000-0000-0002-00000000000b', 'hello_world',
                    '/nix/store/z-hw.drv', 'pending', null, 3, now() - interval '1 hours', null, null, null),
                ('00000000-0000-0000-0003-00000000000d', '00000000-0000-0000-0002-00000000000b', 'helloXworld',
                    '/nix/store/z-hx.drv', 'cancelled', 'aarch64-linux', 0, now() - interval '1 minutes', null,
                    date_trunc('hour', now()) - interval '85 minutes', null),
                ('00000000-0000-0000-0003-00000000000e', '00000000-0000-0000-0002-00000000000b', 'plain',
                    '/nix/store/z-p.drv', 'succeeded', 'aarch64-linux', 0, now() - interval '40 hours',
                    now() - interval '41 hours', now() - interval '40 hours', null);
            insert into circus.remote_builders (name, ssh_uri, systems, enabled) values
                ('one', 'ssh://one', '{x86_64-linux}', true), ('two', 'ssh://two', '{x86_64-linux}', false);
            insert into circus.channels (project_id, name, jobset_id) values
                ('00000000-0000-0000-0000-00000000000a', 'stable', '00000000-0000-0000-0001-00000000000a');
            """;

    @BeforeAll
    static void start() throws Exception {
        server = new CircusServer(directory, Map.of());
        anonymous = server.anonymous();
        server.sql(handle -> handle.createScript(ROWS).execute());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static JsonNode ok(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static Iterable<String> names(JsonNode rows, String member) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.get(member).asString())
                .toList();
    }

    @Test
    void aPartOfANameIsFound() throws Exception {
        JsonNode found = ok(anonymous.get("search?q=HELLO"));
        assertThat(names(found.get("builds"), "job_name"))
                .containsExactly("hello", "hello", "hello_world", "helloXworld");
        assertThat(found.get("total_builds").asInt()).isEqualTo(4);
        assertThat(found.get("projects")).isEmpty();
        assertThat(found.get("jobsets")).isEmpty();
        assertThat(found.get("limit").asInt()).isEqualTo(20);
        assertThat(found.get("builds").get(0).propertyNames())
                .contains("id", "evaluation_id", "outputs", "constituents", "is_aggregate", "fod_hash")
                .doesNotContain("job_id");
        JsonNode page = ok(anonymous.get("search?q=hello&limit=1&offset=1&build_status=failed"));
        assertThat(page.get("builds")).isEmpty();
        assertThat(page.get("total_builds").asInt()).isEqualTo(1);
        assertThat(names(ok(anonymous.get("search?q=drv")).get("builds"), "job_name"))
                .hasSize(5);
    }

    @Test
    void percentAndUnderscoreAreThemselves() throws Exception {
        assertThat(names(ok(anonymous.get("search?q=o_w")).get("builds"), "job_name"))
                .containsExactly("hello_world");
        assertThat(names(ok(anonymous.get("search?q=100%25")).get("projects"), "name"))
                .containsExactly("alpha");
        assertThat(ok(anonymous.get("search?q=%25%25")).get("total_projects").asInt())
                .isZero();
        assertThat(ok(anonymous.get("search?q=%5C")).get("total_projects").asInt())
                .isZero();
        assertThat(ok(anonymous.get("search?q='%20or%201=1--"))
                        .get("total_builds")
                        .asInt())
                .isZero();
    }

    @Test
    void entitiesAreChosen() throws Exception {
        JsonNode all = ok(anonymous.get("search?q=a&entities=projects,jobsets&entities=evaluations&entities=builds"));
        assertThat(names(all.get("projects"), "name")).containsExactly("alpha", "beta");
        assertThat(names(all.get("jobsets"), "name")).containsExactly("main", "main");
        assertThat(names(all.get("evaluations"), "commit_hash")).containsExactly("abc1", "abc2");
        assertThat(all.get("total_builds").asInt()).isEqualTo(1);
        JsonNode builds = ok(anonymous.get("search?q=hello&entities=builds"));
        assertThat(names(builds.get("builds"), "job_name"))
                .containsExactly("helloXworld", "hello_world", "hello", "hello");
        assertThat(anonymous.get("search?q=a&entities=users").status()).isEqualTo(400);
    }

    @Test
    void filtersAndSortsHold() throws Exception {
        assertThat(names(
                        ok(anonymous.get("search?q=hello&build_min_priority=2&build_max_priority=2"))
                                .get("builds"),
                        "job_name"))
                .containsExactly("hello");
        assertThat(names(
                        ok(anonymous.get("search?q=hello&build_sort=priority&order=desc&entities=builds"))
                                .get("builds"),
                        "priority"))
                .containsExactly("3", "2", "1", "0");
        assertThat(names(
                        ok(anonymous.get("search?q=a&project_sort=created_at&order=desc"))
                                .get("projects"),
                        "name"))
                .containsExactly("beta", "alpha");
        assertThat(names(
                        ok(anonymous.get("search?q=a&project_after=2026-01-15T00:00:00%2B01:00"))
                                .get("projects"),
                        "name"))
                .containsExactly("beta");
        assertThat(names(
                        ok(anonymous.get("search?q=a&project_before=2026-01-15T00:00:00Z"))
                                .get("projects"),
                        "name"))
                .containsExactly("alpha");
        String jobsets = "search?entities=jobsets&q=main&";
        assertThat(ok(anonymous.get(jobsets + "jobset_enabled=true"))
                        .get("total_jobsets")
                        .asInt())
                .isEqualTo(1);
        assertThat(ok(anonymous.get(jobsets + "jobset_project=beta"))
                        .get("total_jobsets")
                        .asInt())
                .isEqualTo(1);
        assertThat(ok(anonymous.get(jobsets + "jobset_flake=false"))
                        .get("total_jobsets")
                        .asInt())
                .isZero();
        String evaluations = "search?entities=evaluations&q=abc&";
        assertThat(ok(anonymous.get(evaluations + "eval_after=2026-01-01T12:00:00Z"))
                        .get("total_evaluations")
                        .asInt())
                .isEqualTo(1);
        assertThat(ok(anonymous.get(evaluations + "eval_before=2026-01-01T12:00:00Z&eval_project=alpha"))
                        .get("total_evaluations")
                        .asInt())
                .isEqualTo(1);
        assertThat(ok(anonymous.get(evaluations + "eval_jobset=fresh"))
                        .get("total_evaluations")
                        .asInt())
                .isZero();
        String project = "build_project=00000000-0000-0000-0000-00000000000a&build_jobset=main";
        assertThat(ok(anonymous.get("search?q=hello&" + project))
                        .get("total_builds")
                        .asInt())
                .isEqualTo(4);
        assertThat(ok(anonymous.get("search?q=hello&build_evaluation=00000000-0000-0000-0002-00000000000a"))
                        .get("total_builds")
                        .asInt())
                .isEqualTo(1);
        assertThat(ok(anonymous.get("search?q=hello&build_after=2999-01-01T00:00:00Z"))
                        .get("total_builds")
                        .asInt())
                .isZero();
        assertThat(ok(anonymous.get("search?q=hello&build_before=2999-01-01T00:00:00Z"))
                        .get("total_builds")
                        .asInt())
                .isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=x",
                "build_after=yesterday",
                "build_min_priority=high",
                "build_evaluation=1",
                "jobset_enabled=maybe&entities=jobsets",
                "build_sort=log",
                "project_sort=id",
                "order=up",
                "build_status=%00",
            })
    void parametersThatCannotBeReadAreRefused(String parameter) throws Exception {
        Answer answer = anonymous.get("search?q=a&" + parameter);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?q=", "?q=%20%20", "?q=%00", "LONG"})
    void nothingIsFoundByNothing(String query) throws Exception {
        JsonNode found = ok(anonymous.get("search" + query.replace("LONG", "?q=" + "a".repeat(257))));
        assertThat(found.get("projects")).isEmpty();
        assertThat(found.get("total_builds").asInt()).isZero();
        assertThat(found.get("total_evaluations").asInt()).isZero();
    }

    @Test
    void theSearchBoxFindsProjectsAndBuilds() throws Exception {
        assertThat(anonymous.get("search/quick").status()).isEqualTo(400);
        JsonNode found = ok(anonymous.get("search/quick?q=hello&limit=2"));
        assertThat(found.get("builds")).hasSize(2);
        assertThat(found.get("limit").asInt()).isEqualTo(2);
        assertThat(found.has("total_builds")).isFalse();
        JsonNode empty = ok(anonymous.get("search/quick?q="));
        assertThat(empty.get("projects")).isEmpty();
        assertThat(empty.has("limit")).isFalse();
    }

    @Test
    void theBuildsOfAProjectAndItsChannelsAreListed() throws Exception {
        String project = "projects/00000000-0000-0000-0000-00000000000a/";
        JsonNode builds = ok(anonymous.get(project + "builds"));
        assertThat(builds).hasSize(5);
        assertThat(builds.at("/0/job_name").asString()).isEqualTo("helloXworld");
        assertThat(names(ok(anonymous.get(project + "channels")), "name")).containsExactly("stable");
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

    @Test
    void theDocumentHasTheRoutesOutsideToo() throws Exception {
        JsonNode paths = ok(anonymous.get("openapi.json")).get("paths");
        assertThat(paths.propertyNames())
                .contains(
                        "/prometheus",
                        "/job/{project}/{jobset}/{job}/badge",
                        "/api/v1/projects/probe",
                        "/api/v1/projects/{project_id}/jobsets/{jobset_id}/inputs/{input_id}",
                        "/api/v1/search/quick",
                        "/api/v1/metrics/timeseries/duration");
    }
}
