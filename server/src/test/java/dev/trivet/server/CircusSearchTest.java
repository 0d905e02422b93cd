package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Search (spec circus section 2.7), and lists of what belongs to a project. */
class CircusSearchTest {
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
