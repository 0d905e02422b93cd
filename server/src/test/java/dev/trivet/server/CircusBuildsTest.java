package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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

    /** Waits until an evaluation and all its builds are over; answers its id. */
    private String evaluated(String commit) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        JsonNode last = null;
        while (System.nanoTime() < deadline) {
            for (JsonNode evaluation :
                    ok(server.admin().get("evaluations?jobset_id=" + jobset)).get("items")) {
                if (evaluation.get("commit_hash").asString().equals(commit)) {
                    last = evaluation;
                    String status = evaluation.get("status").asString();
                    String id = evaluation.get("id").asString();
                    if (!status.equals("pending") && !status.equals("running") && open(id) == 0) {
                        return id;
                    }
                }
            }
            Thread.sleep(50);
        }
        throw new AssertionError("not evaluated in time: " + last + " "
                + statuses(last == null ? "" : last.get("id").asString()));
    }

    private long open(String evaluation) throws Exception {
        long open = 0;
        for (String status : new String[] {"pending", "running"}) {
            open += ok(server.admin().get("builds?evaluation_id=" + evaluation + "&status=" + status))
                    .get("total")
                    .asLong();
        }
        return open;
    }

    private Map<String, String> statuses(String evaluation) throws Exception {
        Map<String, String> statuses = new TreeMap<>();
        for (JsonNode build : ok(server.admin().get("builds?limit=200&evaluation_id=" + evaluation))
                .get("items")) {
            statuses.put(build.get("job_name").asString(), build.get("status").asString());
        }
        return statuses;
    }

    private static String expression(String word) {
        StringBuilder text = new StringBuilder("let\n");
        for (int i = 0; i < 14; i++) {
            text.append("  lib")
                    .append(i)
                    .append(" = ")
                    .append(NixRepository.job(
                            "lib" + i,
                            i == 13 ? "echo broken; exit 3" : "echo lib" + i + (i == 0 ? word : "") + " > $out"))
                    .append(";\n");
            String script = i == 7 ? "echo no; exit 1" : "/bin/cat ${lib" + i + "} > $out; echo app" + i + " building";
            text.append("  app")
                    .append(i)
                    .append(" = ")
                    .append(NixRepository.job("app" + i, script))
                    .append(";\n");
        }
        text.append("in {\n");
        for (int i = 0; i < 14; i++) {
            text.append("  inherit lib").append(i).append(" app").append(i).append(";\n");
        }
        return text.append("  bad = throw \"never\";\n  green = ")
                .append(NixRepository.job("green", "echo ok > $out"))
                .append(" // { _hydraAggregate = true; constituents = [ \"lib0\" \"app0\" app1 ]; };\n  red = ")
                .append(NixRepository.job("red", "echo ok > $out"))
                .append(" // { _hydraAggregate = true; constituents = [ \"lib1\" \"app7\" ]; };\n}\n")
                .toString();
    }

    @Test
    void aPushGoesToGreenAndRedAndTheNextOneBuildsOnlyWhatChanged() throws Exception {
        String first = repository.commit("release.nix", expression(""));
        jobset(Map.of());
        String one = evaluated(first);
        JsonNode evaluation = ok(server.admin().get("evaluations/" + one));
        assertThat(evaluation.get("status").asString()).isEqualTo("completed");
        Map<String, String> statuses = statuses(one);
        assertThat(statuses).hasSize(30);
        Map<String, String> expected = new TreeMap<>();
        for (int i = 0; i < 14; i++) {
            expected.put("lib" + i, i == 13 ? "failed" : "succeeded");
            expected.put("app" + i, i == 13 ? "dependency_failed" : i == 7 ? "failed" : "succeeded");
        }
        expected.put("green", "succeeded");
        expected.put("red", "dependency_failed");
        assertThat(statuses).isEqualTo(expected);
        assertThat(ok(server.admin().get("evaluations/" + one + "/errors"))
                        .get(0)
                        .get("job_name")
                        .asString())
                .isEqualTo("bad");

        String second = repository.commit("release.nix", expression(" changed"));
        server.admin().post("evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", second));
        String two = evaluated(second);
        JsonNode compared = ok(server.admin().get("evaluations/" + one + "/compare?to=" + two));
        assertThat(compared.get("new_jobs")).isEmpty();
        assertThat(compared.get("removed_jobs")).isEmpty();
        assertThat(compared.get("changed_jobs")
                        .valueStream()
                        .map(job -> job.get("job_name").asString()))
                .containsExactly("app0", "green", "lib0");
        assertThat(compared.get("unchanged_count").asInt()).isEqualTo(27);
        assertThat(statuses(two)).containsEntry("app7", "cached_failure");
    }
}
