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
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From a push to green and red builds, with real git and nix (spec circus sections 4 and 5). */
class CircusBuildsTest {
    @TempDir
    Path directory;

    private NixRepository repository;
    private CircusServer server;
    private String project;
    private String jobset;

    @BeforeEach
    void start() throws Exception {
        repository = new NixRepository(directory);
        Map<String, String> environment = new HashMap<>(repository.environment());
        environment.put("TRIVET_RUNNER_SLOTS", "4");
        server = new CircusServer(directory, environment);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private void jobset(Map<String, Object> more) throws Exception {
        CircusClient admin = server.admin();
        project = ok(admin.post("projects", Map.of("name", "p", "repository_url", repository.url())))
                .get("id")
                .asString();
        Map<String, Object> jobsetBody = new HashMap<>(
                Map.of("name", "main", "nix_expression", "release.nix", "flake_mode", false, "check_interval", 10));
        jobsetBody.putAll(more);
        jobset = ok(admin.post("projects/" + project + "/jobsets", jobsetBody))
                .get("id")
                .asString();
    }

    /** Waits until the jobset has an evaluation of the commit that is over, and all its builds are; answers its id. */
    private String evaluated(String commit) throws Exception {
        return await("commit " + commit + " to be evaluated and built", () -> {
            for (JsonNode evaluation :
                    ok(server.admin().get("evaluations?jobset_id=" + jobset)).get("items")) {
                String id = evaluation.get("id").asString();
                boolean over = !Set.of("pending", "running")
                        .contains(evaluation.get("status").asString());
                if (evaluation.get("commit_hash").asString().equals(commit) && over && open(id) == 0) {
                    return Optional.of(id);
                }
            }
            return Optional.empty();
        });
    }

    private <T> T await(String what, Eventually.Question<T> question) throws Exception {
        return Eventually.await(
                what, question, () -> server.admin().get("evaluations").body());
    }

    private long open(String evaluation) throws Exception {
        long open = 0;
        for (String status : List.of("pending", "running")) {
            open += ok(server.admin().get("builds?evaluation_id=" + evaluation + "&status=" + status))
                    .get("total")
                    .asLong();
        }
        return open;
    }

    private Map<String, JsonNode> builds(String evaluation) throws Exception {
        Map<String, JsonNode> builds = new TreeMap<>();
        ok(server.admin().get("builds?limit=200&evaluation_id=" + evaluation))
                .get("items")
                .forEach(build -> builds.put(build.get("job_name").asString(), build));
        return builds;
    }

    private Map<String, String> statuses(String evaluation) throws Exception {
        return server.statuses(evaluation);
    }

    private static List<String> names(JsonNode builds) {
        return builds.valueStream()
                .map(build -> build.get("job_name").asString())
                .toList();
    }

    /** Waits until a build has this status. */
    private JsonNode build(String id, String status) throws Exception {
        return await(
                "build " + id + " to be " + status,
                () -> Optional.of(ok(server.admin().get("builds/" + id)))
                        .filter(build -> build.get("status").asString().equals(status)));
    }

    /** 14 libraries and 14 programs made of them, of which some fail, one that cannot be evaluated, and two aggregates. */
    private static String thirty(String word) {
        StringBuilder text = new StringBuilder("let\n");
        for (int i = 0; i < 14; i++) {
            String lib = i == 13 ? "echo broken; exit 3" : "echo lib" + i + (i == 0 ? word : "") + " > $out";
            String app = i == 7 ? "echo no; exit 1" : "/bin/cat ${lib" + i + "} > $out; echo app" + i + " building";
            text.append("  lib%d = %s;\n".formatted(i, NixRepository.job("lib" + i, lib)))
                    .append("  app%d = %s;\n".formatted(i, NixRepository.job("app" + i, app)));
        }
        text.append("in {\n");
        for (int i = 0; i < 14; i++) {
            text.append("  inherit lib%d app%d;\n".formatted(i, i));
        }
        return text.append("  bad = throw \"never\";\n")
                .append(aggregate("green", "\"lib0\" \"app0\" app1"))
                .append(aggregate("red", "\"lib1\" \"app7\""))
                .append("}\n")
                .toString();
    }

    private static String aggregate(String name, String constituents) {
        return "  " + name + " = " + NixRepository.job(name, "echo ok > $out")
                + " // { _hydraAggregate = true; constituents = [ " + constituents + " ]; };\n";
    }

    @Test
    void aPushGoesToGreenAndRedAndTheNextOneBuildsOnlyWhatChanged() throws Exception {
        String first = repository.commit("release.nix", thirty(""));
        jobset(Map.of());
        String one = evaluated(first);
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
        assertThat(statuses(one)).isEqualTo(expected);
        JsonNode errors = ok(server.admin().get("evaluations/" + one + "/errors"));
        assertThat(errors).hasSize(1);
        assertThat(errors.at("/0/job_name").asString()).isEqualTo("bad");
        assertThat(errors.at("/0/message").asString()).contains("never");
        checkDetails(builds(one));

        String second = repository.commit("release.nix", thirty(" changed"));
        assertThat(server.having("eval-jobset")
                        .post("evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", second))
                        .status())
                .isEqualTo(202);
        String two = evaluated(second);
        JsonNode compared = ok(server.admin().get("evaluations/" + one + "/compare?to=" + two));
        assertThat(compared.get("new_jobs")).isEmpty();
        assertThat(compared.get("removed_jobs")).isEmpty();
        assertThat(names(compared.get("changed_jobs"))).containsExactly("app0", "green", "lib0");
        assertThat(compared.get("unchanged_count").asInt()).isEqualTo(27);
        expected.replaceAll((name, status) -> status.equals("failed") ? "cached_failure" : status);
        assertThat(statuses(two)).isEqualTo(expected);
        long jobs = server.sql(handle ->
                handle.createQuery("""
                        select count(*) from circus.builds where evaluation_id = cast(:id as uuid) and job_id is not null
                        """).bind("id", two).mapTo(Long.class).one());
        // The rest was there, or had failed a moment ago.
        assertThat(jobs).isEqualTo(2);
        JsonNode reused = builds(two).get("app3");
        assertThat(reused.get("build_output_path"))
                .isEqualTo(builds(one).get("app3").get("build_output_path"));
        assertThat(server.admin()
                        .get("builds/" + reused.get("id").asString() + "/log")
                        .body())
                .contains("app3 building");
        assertThat(ok(server.admin().get("builds/" + reused.get("id").asString() + "/products")))
                .hasSize(1);
        assertThat(server.admin().get("job/p/main/app3/badge").status()).isEqualTo(404);
        assertThat(server.admin().get("/job/p/main/app3/latest").status()).isEqualTo(302);
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
        JsonNode statistics = ok(anyone.get("builds/stats"));
        assertThat(statistics.get("total_builds").asInt()).isEqualTo(30);
        assertThat(statistics.get("failed_builds").asInt()).isEqualTo(2);
        assertThat(statistics.get("avg_duration_seconds").asDouble()).isPositive();
        assertThat(ok(anyone.get("builds/recent"))).hasSize(20);
        assertThat(ok(anyone.get("builds?job_name=APP1&status=succeeded"))
                        .get("total")
                        .asInt())
                .isEqualTo(4);
        assertThat(ok(anyone.get("builds?status=nonsense")).get("total").asInt())
                .isZero();
    }

    @Test
    void whatABuildSaysOfItselfIsKept() throws Exception {
        String commit = repository.commit(
                "release.nix",
                "{ a = "
                        + NixRepository.job(
                                "a",
                                "/bin/mkdir -p $out/nix-support; echo data > $out/a.tar.xz;"
                                        + " echo \"file source-dist $out/a.tar.xz\" > $out/nix-support/hydra-build-products;"
                                        + " echo a-1.0 > $out/nix-support/hydra-release-name;"
                                        + " echo \"coverage 87.5 %\" > $out/nix-support/hydra-metrics")
                        + "; kept = "
                        + NixRepository.job("kept", "/bin/mkdir -p $out/nix-support; echo x > $out/nix-support/failed")
                        + "; }");
        jobset(Map.of());
        Map<String, JsonNode> builds = builds(evaluated(commit));
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

    /** A build that waits for a file, what needs it, and something that is not concerned. */
    private String waiting(Path gate) {
        return "let slow = "
                + NixRepository.job(
                        "slow",
                        "echo begun; while ! [ -e " + gate + " ]; do /bin/sleep 0.05; done; echo through > $out")
                + "; in { inherit slow; after = " + NixRepository.job("after", "/bin/cat ${slow} > $out") + "; last = "
                + NixRepository.job("last", "echo ${slow}; echo x > $out")
                + "; }";
    }

    @Test
    void buildsAreCanceledRestartedBumpedAndKept() throws Exception {
        Path gate = directory.resolve("gate");
        repository.commit("release.nix", waiting(gate));
        jobset(Map.of());
        Map<String, JsonNode> builds = await("three builds", () -> {
            JsonNode all =
                    ok(server.admin().get("evaluations?jobset_id=" + jobset)).get("items");
            Map<String, JsonNode> found =
                    all.isEmpty() ? Map.of() : builds(all.get(0).get("id").asString());
            return Optional.of(found).filter(three -> three.size() == 3);
        });
        String slow = builds.get("slow").get("id").asString();
        String after = builds.get("after").get("id").asString();
        JsonNode _ = build(slow, "running");
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
        refused(server.admin().put("builds/" + java.util.UUID.randomUUID() + "/keep/true", null), 404, "NOT_FOUND");
        await(
                "the running build to say something",
                () -> Optional.of(server.admin().get("builds/" + slow + "/log").body())
                        .filter(log -> log.contains("begun")));
        assertThat(ok(server.admin().get("builds/" + slow + "/steps"))).hasSize(2);

        JsonNode canceled = ok(server.having("cancel-build").post("builds/" + slow + "/cancel", null));
        assertThat(names(canceled)).containsExactlyInAnyOrder("slow", "after", "last");
        assertThat(canceled.valueStream().map(build -> build.get("status").asString()))
                .containsOnly("cancelled");
        refused(server.admin().post("builds/" + slow + "/cancel", null), 404, "NOT_FOUND");
        await("the builder to be gone", () -> Optional.of(running(gate)).filter(some -> !some));

        Files.createFile(gate);
        JsonNode restarted = ok(server.having("restart-jobs").post("builds/" + slow + "/restart", null));
        assertThat(restarted.get("status").asString()).isEqualTo("pending");
        assertThat(restarted.get("retry_count").asInt()).isEqualTo(1);
        assertThat(restarted.get("completed_at").isNull()).isTrue();
        JsonNode built = build(slow, "succeeded");
        assertThat(built.get("build_output_path").asString()).isNotBlank();
        assertThat(build(after, "cancelled").get("keep").asBoolean()).isTrue();
        ok(server.admin().post("builds/" + after + "/restart", null));
        assertThat(build(after, "succeeded").get("status").asString()).isEqualTo("succeeded");
    }

    private static boolean running(Path gate) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").contains(gate.toString()));
    }

    @Test
    void aRestartTakesThoseAlongThatFailedBecauseOfIt() throws Exception {
        Path gate = directory.resolve("gate");
        String commit = repository.commit(
                "release.nix",
                "let flaky = " + NixRepository.job("flaky", "[ -e " + gate + " ] && echo x > $out")
                        + "; in { inherit flaky; after = " + NixRepository.job("after", "/bin/cat ${flaky} > $out")
                        + ";\n" + aggregate("all", "\"flaky\" \"after\"") + "}");
        jobset(Map.of());
        String evaluation = evaluated(commit);
        assertThat(statuses(evaluation))
                .isEqualTo(Map.of("flaky", "failed", "after", "dependency_failed", "all", "dependency_failed"));
        Files.createFile(gate);
        String flaky = builds(evaluation).get("flaky").get("id").asString();
        ok(server.admin().post("builds/" + flaky + "/restart", null));
        await(
                "all to be built",
                () -> Optional.of(statuses(evaluation))
                        .filter(now ->
                                now.equals(Map.of("flaky", "succeeded", "after", "succeeded", "all", "succeeded"))));
    }

    @Test
    void boundsOfTimeAndOutputHaveTheirOwnStatus() throws Exception {
        server.close();
        Map<String, String> bounded = new HashMap<>(repository.environment());
        bounded.put("TRIVET_QUEUE_RUNNER_MAX_SILENT_TIME", "3");
        bounded.put("TRIVET_QUEUE_RUNNER_MAX_LOG_SIZE", "20000B");
        bounded.put("TRIVET_QUEUE_RUNNER_UNSUPPORTED_TIMEOUT", "1s");
        server = new CircusServer(directory, bounded);
        String endless = NixRepository.job("slow", "while :; do echo more; /bin/sleep 0.2; done");
        String commit = repository.commit(
                "release.nix",
                "{ slow = " + endless + " // { meta.timeout = 2; }; silent = "
                        + NixRepository.job("silent", "/bin/sleep 60")
                        + "; loud = "
                        + NixRepository.job("loud", "while :; do echo 0123456789012345678901234567890123456789; done")
                        + "; far = derivation { name = \"far\"; system = \"riscv64-linux\"; builder = \"/bin/sh\"; };"
                        + " odd = " + NixRepository.job("odd", "/bin/printf '\\\\377\\\\000 bytes\\\\n'; echo x > $out")
                        + "; }");
        jobset(Map.of());
        String evaluation = evaluated(commit);
        assertThat(statuses(evaluation))
                .isEqualTo(Map.of(
                        "slow", "timeout",
                        "silent", "timeout",
                        "loud", "log_limit_exceeded",
                        "far", "unsupported_system",
                        "odd", "succeeded"));
        assertThat(server.admin()
                        .get("builds/" + builds(evaluation).get("odd").get("id").asString() + "/log")
                        .body())
                .contains(" bytes");
    }

    @Test
    void whatCannotBeEvaluatedSaysWhy() throws Exception {
        repository.commit("other.nix", "{ }");
        jobset(Map.of());
        JsonNode first = await(
                "the evaluation to fail",
                () -> Optional.of(ok(server.admin().get("evaluations?status=failed"))
                                .get("items"))
                        .filter(failed -> !failed.isEmpty())
                        .map(failed -> failed.get(0)));
        assertThat(first.get("error_message").asString()).contains("release.nix");
        String nowhere = "1".repeat(40);
        server.admin().post("evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", nowhere));
        String id = evaluated(nowhere);
        JsonNode unknown = ok(server.admin().get("evaluations/" + id));
        assertThat(unknown.get("status").asString()).isEqualTo("failed");
        assertThat(unknown.get("error_message").asString()).contains("no commit");
        refused(
                server.admin().post("evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", nowhere)),
                409,
                "CONFLICT");
        assertThat(server.admin()
                        .put("projects/" + project, Map.of("repository_url", "file:///nowhere/at/all"))
                        .status())
                .isEqualTo(200);
        server.sql(handle -> handle.execute("update circus.jobsets set last_checked_at = null"));
        server.admin().put("projects/" + project + "/jobsets/" + jobset, Map.of("check_interval", 11));
        await(
                "the repository to be missed",
                () -> Optional.of(ok(server.admin().get("projects/" + project + "/jobsets/" + jobset))
                                .get("check_error"))
                        .filter(error -> !error.isNull()));
    }

    @Test
    void aJobsetThatIsEvaluatedOnceIsDisabledThen() throws Exception {
        String commit = repository.commit("release.nix", "{ a = " + NixRepository.job("a", "echo x > $out") + "; }");
        jobset(Map.of("state", "one_shot"));
        String _ = evaluated(commit);
        JsonNode after = ok(server.admin().get("projects/" + project + "/jobsets/" + jobset));
        assertThat(after.get("state").asString()).isEqualTo("disabled");
        assertThat(after.get("enabled").asBoolean()).isFalse();
    }

    @Test
    void aRepositoryDeclaresItsJobsetsItself() throws Exception {
        repository.commit("ci/jobs.nix", "{ a = " + NixRepository.job("a", "echo x > $out") + "; }");
        String commit = repository.commit(
                ".circus.toml", "[[jobsets]]\nname = \"own\"\nnix_expression = \"ci/jobs.nix\"\nflake_mode = false\n");
        project = ok(server.admin().post("projects", Map.of("name", "p", "repository_url", repository.url())))
                .get("id")
                .asString();
        jobset = await(
                "the jobset",
                () -> Optional.of(ok(server.admin().get("projects/" + project + "/jobsets"))
                                .get("items"))
                        .filter(all -> !all.isEmpty())
                        .map(all -> all.get(0).get("id").asString()));
        assertThat(statuses(evaluated(commit))).isEqualTo(Map.of("a", "succeeded"));
    }

    @Test
    void anotherInputIsAnotherEvaluationOfTheSameCommit() throws Exception {
        String commit = repository.commit(
                "release.nix", "{ word ? \"none\" }: { a = " + NixRepository.job("a", "echo ${word} > $out") + "; }");
        jobset(Map.of());
        String evaluation = evaluated(commit);
        String before = builds(evaluation).get("a").get("drv_path").asString();
        String hash = ok(server.admin().get("evaluations/" + evaluation))
                .get("inputs_hash")
                .asString();
        assertThat(server.admin()
                        .post(
                                "projects/" + project + "/jobsets/" + jobset + "/inputs",
                                Map.of("name", "word", "input_type", "string", "value", "some"))
                        .status())
                .isEqualTo(200);
        server.sql(handle -> handle.execute("update circus.jobsets set last_checked_at = null"));
        server.admin().put("projects/" + project + "/jobsets/" + jobset, Map.of("check_interval", 12));
        await(
                "the second evaluation",
                () -> Optional.of(ok(server.admin().get("evaluations/" + evaluation)))
                        .filter(now -> !now.get("inputs_hash").asString().equals(hash)
                                && now.get("status").asString().equals("completed")));
        assertThat(evaluated(commit)).isEqualTo(evaluation);
        assertThat(builds(evaluation).get("a").get("drv_path").asString()).isNotEqualTo(before);
        assertThat(statuses(evaluation)).isEqualTo(Map.of("a", "succeeded"));
    }

    @Test
    void aNewerCommitTakesThePlaceOfOlderOnesIfThatIsWanted() throws Exception {
        server.close();
        Map<String, String> environment = new HashMap<>(repository.environment());
        environment.put("TRIVET_EVALUATOR_ONLY_BUILD_LATEST", "true");
        server = new CircusServer(directory, environment);
        String first = repository.commit("release.nix", waiting(directory.resolve("never")));
        jobset(Map.of());
        String old = await(
                "the first evaluation",
                () -> Optional.of(ok(server.admin().get("evaluations?status=completed"))
                                .get("items"))
                        .filter(all -> !all.isEmpty())
                        .map(all -> all.get(0).get("id").asString()));
        String second = repository.commit("release.nix", "{ a = " + NixRepository.job("a", "echo x > $out") + "; }");
        server.admin().post("evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", second));
        assertThat(statuses(evaluated(second))).isEqualTo(Map.of("a", "succeeded"));
        assertThat(evaluated(first)).isEqualTo(old);
        assertThat(statuses(old))
                .containsOnly(
                        Map.entry("slow", "cancelled"),
                        Map.entry("after", "cancelled"),
                        Map.entry("last", "cancelled"));
    }

    @Test
    void buildsGoOnAfterARestartOfTheServer() throws Exception {
        Path gate = directory.resolve("gate");
        String commit = repository.commit("release.nix", waiting(gate));
        jobset(Map.of());
        JsonNode slow = await(
                "the build to run",
                () -> Optional.of(
                                ok(server.admin().get("builds?status=running")).get("items"))
                        .filter(running -> !running.isEmpty())
                        .map(running -> running.get(0)));
        server.close();
        server = new CircusServer(directory, repository.environment());
        Files.createFile(gate);
        String evaluation = evaluated(commit);
        assertThat(statuses(evaluation))
                .isEqualTo(Map.of("slow", "succeeded", "after", "succeeded", "last", "succeeded"));
        assertThat(builds(evaluation).get("slow").get("id")).isEqualTo(slow.get("id"));
    }

    @Test
    void whatIsDeletedIsNotBuiltAnyMore() throws Exception {
        Path gate = directory.resolve("gate");
        repository.commit("release.nix", waiting(gate));
        jobset(Map.of());
        await("the build to run", () -> Optional.of(running(gate)).filter(some -> some));
        assertThat(server.admin().delete("projects/" + project).status()).isEqualTo(204);
        await("the builder to be gone", () -> Optional.of(running(gate)).filter(some -> !some));
        assertThat(ok(server.admin().get("builds")).get("total").asInt()).isZero();
    }

    @Test
    void flakesAreEvaluatedToo() throws Exception {
        String commit = repository.commit(
                "flake.nix",
                "{ outputs = { self }: { hydraJobs.a = " + NixRepository.job("a", "echo x > $out") + "; }; }");
        jobset(Map.of("nix_expression", "hydraJobs", "flake_mode", true));
        String evaluation = evaluated(commit);
        assertThat(statuses(evaluation))
                .as(server.admin().get("evaluations/" + evaluation).body())
                .isEqualTo(Map.of("a", "succeeded"));
    }

    @Test
    void oldEvaluationsAreLetGoAndWhatIsKeptStays() throws Exception {
        server.close();
        Map<String, String> environment = new HashMap<>(repository.environment());
        environment.put("TRIVET_GC_ENABLED", "true");
        environment.put("TRIVET_GC_MAX_AGE_DAYS", "0");
        environment.put("TRIVET_GC_CLEANUP_INTERVAL", "1s");
        environment.put("TRIVET_EVALUATOR_POLL_INTERVAL", "1s");
        server = new CircusServer(directory, environment);
        jobset(Map.of("enabled", false));
        server.admin().put("projects/" + project + "/jobsets/" + jobset, Map.of("keep_nr", 1, "enabled", true));
        String first = repository.commit("release.nix", two(1));
        server.admin().post("evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", first));
        Map<String, JsonNode> old = builds(evaluated(first));
        Path kept = Path.of(old.get("kept").get("build_output_path").asString());
        Path gone = Path.of(old.get("gone").get("build_output_path").asString());
        ok(server.admin().put("builds/" + old.get("kept").get("id").asString() + "/keep/true", null));
        String second = repository.commit("release.nix", two(2));
        server.admin().post("evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", second));
        Map<String, JsonNode> now = builds(evaluated(second));
        await("the garbage to be gone", () -> Optional.of(Files.exists(gone)).filter(there -> !there));
        assertThat(kept).exists();
        assertThat(Path.of(now.get("gone").get("build_output_path").asString())).exists();
        ok(server.admin()
                .post("admin/pinned-builds/" + old.get("kept").get("id").asString() + "/unpin", null));
        await("what was kept to be gone", () -> Optional.of(Files.exists(kept)).filter(there -> !there));
    }

    private static String two(int number) {
        return "{ kept = " + NixRepository.job("kept", "echo " + number + " > $out") + "; gone = "
                + NixRepository.job("gone", "echo " + number + " > $out") + "; }";
    }
}
