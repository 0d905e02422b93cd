package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.CircusAnswers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From a push to green and red builds, with real git and nix (spec circus sections 4 and 5). */
class CircusBuildsTest {
    @TempDir
    static Path directory;

    private static CircusServer server;
    private CircusProject project;

    @BeforeAll
    static void start() throws Exception {
        Map<String, String> environment = new HashMap<>(new NixRepository(directory).environment());
        environment.put("TRIVET_RUNNER_SLOTS", "4");
        server = new CircusServer(directory, environment);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void make() throws Exception {
        project = new CircusProject(server, directory);
    }

    private Path gate() {
        return directory.resolve(project.name() + "-gate");
    }

    private static List<String> names(JsonNode builds) {
        return builds.valueStream()
                .map(build -> build.get("job_name").asString())
                .toList();
    }

    /** 14 libraries and 14 programs made of them, of which some fail, one that cannot be evaluated, and two aggregates. */
    private String thirty(String word) {
        StringBuilder text = new StringBuilder("let\n");
        for (int i = 0; i < 14; i++) {
            String lib = i == 13 ? "echo broken; exit 3" : "echo lib" + i + (i == 0 ? word : "") + " > $out";
            String app = i == 7 ? "echo no; exit 1" : "/bin/cat ${lib" + i + "} > $out; echo app" + i + " building";
            text.append("  lib%d = %s;\n".formatted(i, project.job("lib" + i, lib)))
                    .append("  app%d = %s;\n".formatted(i, project.job("app" + i, app)));
        }
        text.append("in {\n");
        for (int i = 0; i < 14; i++) {
            text.append("  inherit lib%d app%d;\n".formatted(i, i));
        }
        return text.append("  bad = throw \"never\";\n")
                .append(project.aggregate("green", "\"lib0\" \"app0\" app1"))
                .append(project.aggregate("red", "\"lib1\" \"app7\""))
                .append("}\n")
                .toString();
    }

    @Test
    void aPushGoesToGreenAndRedAndTheNextOneBuildsOnlyWhatChanged() throws Exception {
        String first = project.commit("release.nix", thirty(""));
        String jobset = project.jobset(Map.of());
        String one = project.evaluated(first);
        JsonNode evaluation = ok(server.admin().get("evaluations/" + one));
        assertThat(evaluation.get("status").asString()).isEqualTo("completed");
        assertThat(evaluation.get("inputs_hash").asString()).matches("[0-9a-f]{64}");
        Map<String, String> expected = new TreeMap<>();
        for (int i = 0; i < 14; i++) {
            expected.put("lib" + i, i == 13 ? "failed" : "succeeded");
            expected.put("app" + i, i == 13 ? "dependency_failed" : i == 7 ? "failed" : "succeeded");
        }
        expected.put("green", "succeeded");
        expected.put("red", "dependency_failed");
        assertThat(project.statuses(one)).isEqualTo(expected);
        JsonNode errors = ok(server.admin().get("evaluations/" + one + "/errors"));
        assertThat(errors).hasSize(1);
        assertThat(errors.at("/0/job_name").asString()).isEqualTo("bad");
        assertThat(errors.at("/0/message").asString()).contains("never");
        checkDetails(project.builds(one));

        String second = project.commit("release.nix", thirty(" changed"));
        assertThat(server.having("eval-jobset")
                        .post("evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", second))
                        .status())
                .isEqualTo(202);
        String two = project.evaluated(second);
        JsonNode compared = ok(server.admin().get("evaluations/" + one + "/compare?to=" + two));
        assertThat(compared.get("new_jobs")).isEmpty();
        assertThat(compared.get("removed_jobs")).isEmpty();
        assertThat(names(compared.get("changed_jobs"))).containsExactly("app0", "green", "lib0");
        assertThat(compared.get("unchanged_count").asInt()).isEqualTo(27);
        expected.replaceAll((name, status) -> status.equals("failed") ? "cached_failure" : status);
        assertThat(project.statuses(two)).isEqualTo(expected);
        long jobs = server.sql(handle ->
                handle.createQuery("""
                        select count(*) from circus.builds where evaluation_id = cast(:id as uuid) and job_id is not null
                        """).bind("id", two).mapTo(Long.class).one());
        // The rest was there, or had failed a moment ago.
        assertThat(jobs).isEqualTo(2);
        JsonNode reused = project.builds(two).get("app3");
        assertThat(reused.get("build_output_path"))
                .isEqualTo(project.builds(one).get("app3").get("build_output_path"));
        assertThat(server.admin()
                        .get("builds/" + reused.get("id").asString() + "/log")
                        .body())
                .contains("app3 building");
        assertThat(ok(server.admin().get("builds/" + reused.get("id").asString() + "/products")))
                .hasSize(1);
        assertThat(server.admin()
                        .get("job/" + project.name() + "/main/app3/badge")
                        .status())
                .isEqualTo(404);
        assertThat(server.admin()
                        .get("/job/" + project.name() + "/main/app3/latest")
                        .status())
                .isEqualTo(302);
    }

    private static void checkStatistics(CircusClient anyone) throws Exception {
        JsonNode statistics = ok(anyone.get("builds/stats"));
        assertThat(statistics.get("total_builds").asLong())
                .isEqualTo(ok(anyone.get("builds")).get("total").asLong())
                .isGreaterThanOrEqualTo(30);
        assertThat(statistics.get("failed_builds").asLong())
                .isEqualTo(ok(anyone.get("builds?status=failed")).get("total").asLong())
                .isGreaterThanOrEqualTo(2);
        assertThat(statistics.get("avg_duration_seconds").asDouble()).isPositive();
        assertThat(ok(anyone.get("builds/recent"))).hasSize(20);
        assertThat(ok(anyone.get("builds?status=nonsense")).get("total").asInt())
                .isZero();
    }

    private void checkDetails(Map<String, JsonNode> builds) throws Exception {
        CircusClient anyone = server.anonymous();
        JsonNode app = builds.get("app1");
        String id = "builds/" + app.get("id").asString();
        assertThat(app.get("system").asString()).isEqualTo("x86_64-linux");
        assertThat(app.at("/outputs/out").asString())
                .isEqualTo(app.get("build_output_path").asString());
        assertThat(anyone.get(id + "/log").body()).contains("app1 building\n");
        String stream = anyone.get(id + "/log/stream").body();
        assertThat(stream).contains("data: app1 building\n").endsWith("event: done\ndata: the build is over\n\n");
        JsonNode steps = ok(anyone.get(id + "/steps"));
        assertThat(steps.get(0).get("command").asString()).startsWith("nix-store --realise ");
        assertThat(steps.get(0).get("exit_code").asInt()).isZero();
        assertThat(steps.get(1).get("command").asString())
                .isEqualTo("nix build " + app.get("drv_path").asString());
        JsonNode products = ok(anyone.get(id + "/products"));
        assertThat(products.get(0).get("sha256_hash").asString()).startsWith("sha256-");
        assertThat(products.get(0).get("file_size").asLong()).isPositive();
        assertThat(names(ok(anyone.get(id + "/dependencies")))).containsExactly("lib1");
        assertThat(names(ok(anyone.get("builds/" + builds.get("lib1").get("id").asString() + "/dependents"))))
                .containsExactly("app1", "red");
        String green = "builds/" + builds.get("green").get("id").asString();
        assertThat(names(ok(anyone.get(green + "/constituents")))).containsExactlyInAnyOrder("app0", "app1", "lib0");
        assertThat(builds.get("green").get("constituents").valueStream().map(JsonNode::asString))
                .containsExactlyInAnyOrder("lib0", "app0", "app1");
        refused(anyone.get(id + "/constituents"), 422, "BUILD_ERROR");
        assertThat(anyone.get(green + "/log").status()).isEqualTo(404);
        JsonNode failed = builds.get("app7");
        assertThat(failed.get("error_message").asString()).contains("exit code 1");
        assertThat(anyone.get("builds/" + failed.get("id").asString() + "/log").body())
                .contains("no\n");
        JsonNode failedSteps = ok(anyone.get("builds/" + failed.get("id").asString() + "/steps"));
        assertThat(failedSteps.get(0).get("exit_code").asInt()).isEqualTo(1);
        assertThat(builds.get("app13").get("error_message").asString()).isNotBlank();
        assertThat(builds.get("red").get("error_message").asString()).contains("app7");
        String here = "&evaluation_id=" + failed.get("evaluation_id").asString();
        assertThat(ok(anyone.get("builds?job_name=APP1&status=succeeded" + here))
                        .get("total")
                        .asInt())
                .isEqualTo(4);
        checkStatistics(anyone);
    }

    @Test
    void whatABuildSaysOfItselfIsKept() throws Exception {
        String commit = project.commit(
                "release.nix",
                "{ a = "
                        + project.job(
                                "a",
                                "/bin/mkdir -p $out/nix-support; echo data > $out/a.tar.xz;"
                                        + " echo \"file source-dist $out/a.tar.xz\" > $out/nix-support/hydra-build-products;"
                                        + " echo a-1.0 > $out/nix-support/hydra-release-name;"
                                        + " echo \"coverage 87.5 %\" > $out/nix-support/hydra-metrics")
                        + "; kept = "
                        + project.job("kept", "/bin/mkdir -p $out/nix-support; echo x > $out/nix-support/failed")
                        + "; }");
        project.jobset(Map.of());
        Map<String, JsonNode> builds = project.builds(project.evaluated(commit));
        assertThat(builds.get("kept").get("status").asString()).isEqualTo("failed_with_output");
        String id = builds.get("a").get("id").asString();
        JsonNode products = ok(server.admin().get("builds/" + id + "/products"));
        assertThat(products).hasSize(2);
        assertThat(products.at("/0/name").asString()).isEqualTo("out");
        assertThat(products.at("/1/name").asString()).isEqualTo("a.tar.xz");
        assertThat(products.at("/1/file_size").asInt()).isEqualTo(5);
        assertThat(products.at("/1/content_type").asString()).isEqualTo("application/x-xz");
        assertThat(builds.get("a").get("release_name").asString()).isEqualTo("a-1.0");
        List<String> metrics = server.sql(handle ->
                handle.createQuery("""
                        select metric_name || ' ' || unit from circus.build_metrics where build_id = cast(:id as uuid) order by 1
                        """).bind("id", id).mapTo(String.class).list());
        assertThat(metrics).containsExactly("build_duration_seconds seconds", "coverage %", "output_size_bytes bytes");
    }

    @Test
    void buildsAreCanceledRestartedBumpedAndKept() throws Exception {
        Path gate = gate();
        project.commit("release.nix", project.waiting(gate));
        project.jobset(Map.of());
        Map<String, JsonNode> builds = project.await("three builds", () -> {
            JsonNode all = project.evaluations();
            Map<String, JsonNode> found = all.isEmpty()
                    ? Map.of()
                    : project.builds(all.get(0).get("id").asString());
            return Optional.of(found).filter(three -> three.size() == 3);
        });
        String slow = builds.get("slow").get("id").asString();
        String after = builds.get("after").get("id").asString();
        JsonNode _ = project.build(slow, "running");
        CircusClient bumper = server.having("bump-to-front");
        assertThat(ok(bumper.post("builds/" + after + "/bump", null))
                        .get("priority")
                        .asInt())
                .isEqualTo(10);
        refused(bumper.post("builds/" + slow + "/bump", null), 400, "VALIDATION_ERROR");
        refused(server.having("cancel-build").post("builds/" + after + "/restart", null), 403, "FORBIDDEN");
        refused(server.having("restart-jobs").post("builds/" + after + "/restart", null), 404, "NOT_FOUND");
        assertThat(ok(server.admin().put("builds/" + after + "/keep/true", null))
                        .get("keep")
                        .asBoolean())
                .isTrue();
        refused(server.admin().put("builds/" + UUID.randomUUID() + "/keep/true", null), 404, "NOT_FOUND");
        project.await(
                "the running build to say something",
                () -> Optional.of(server.admin().get("builds/" + slow + "/log").body())
                        .filter(log -> log.contains("begun")));
        assertThat(ok(server.admin().get("builds/" + slow + "/steps"))).hasSize(2);

        JsonNode canceled = ok(server.having("cancel-build").post("builds/" + slow + "/cancel", null));
        assertThat(names(canceled)).containsExactlyInAnyOrder("slow", "after", "last");
        assertThat(canceled.valueStream().map(build -> build.get("status").asString()))
                .containsOnly("cancelled");
        refused(server.admin().post("builds/" + slow + "/cancel", null), 404, "NOT_FOUND");
        project.await(
                "the builder to be gone",
                () -> Optional.of(CircusProject.waits(gate)).filter(some -> !some));

        Files.createFile(gate);
        JsonNode restarted = ok(server.having("restart-jobs").post("builds/" + slow + "/restart", null));
        assertThat(restarted.get("status").asString()).isEqualTo("pending");
        assertThat(restarted.get("retry_count").asInt()).isEqualTo(1);
        assertThat(restarted.get("completed_at").isNull()).isTrue();
        JsonNode built = project.build(slow, "succeeded");
        assertThat(built.get("build_output_path").asString()).isNotBlank();
        assertThat(project.build(after, "cancelled").get("keep").asBoolean()).isTrue();
        ok(server.admin().post("builds/" + after + "/restart", null));
        assertThat(project.build(after, "succeeded").get("status").asString()).isEqualTo("succeeded");
    }

    @Test
    void aRestartTakesThoseAlongThatFailedBecauseOfIt() throws Exception {
        Path gate = gate();
        String commit = project.commit(
                "release.nix",
                "let flaky = " + project.job("flaky", "[ -e " + gate + " ] && echo x > $out")
                        + "; in { inherit flaky; after = " + project.job("after", "/bin/cat ${flaky} > $out")
                        + ";\n" + project.aggregate("all", "\"flaky\" \"after\"") + "}");
        project.jobset(Map.of());
        String evaluation = project.evaluated(commit);
        assertThat(project.statuses(evaluation))
                .isEqualTo(Map.of("flaky", "failed", "after", "dependency_failed", "all", "dependency_failed"));
        Files.createFile(gate);
        String flaky = project.builds(evaluation).get("flaky").get("id").asString();
        ok(server.admin().post("builds/" + flaky + "/restart", null));
        project.await(
                "all to be built",
                () -> Optional.of(project.statuses(evaluation))
                        .filter(now ->
                                now.equals(Map.of("flaky", "succeeded", "after", "succeeded", "all", "succeeded"))));
    }

    @Test
    void whatIsDeletedIsNotBuiltAnyMore() throws Exception {
        Path gate = gate();
        project.commit("release.nix", project.waiting(gate));
        project.jobset(Map.of());
        project.await(
                "the build to run", () -> Optional.of(CircusProject.waits(gate)).filter(some -> some));
        assertThat(server.admin().delete(project.path()).status()).isEqualTo(204);
        project.await(
                "the builder to be gone",
                () -> Optional.of(CircusProject.waits(gate)).filter(some -> !some));
        assertThat(ok(server.admin().get("builds?status=running")).get("total").asInt())
                .isZero();
    }
}
