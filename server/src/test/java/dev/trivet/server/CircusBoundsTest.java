package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What an operator has configured, and starts and stops: each with a server of its own (spec circus sections 4.1, 5.1 and 5.5). */
class CircusBoundsTest {
    @TempDir
    Path directory;

    private NixRepository repository;
    private CircusServer server;
    private CircusProject project;

    private void start(Map<String, String> more) throws Exception {
        repository = new NixRepository(directory);
        Map<String, String> environment = new HashMap<>(repository.environment());
        environment.putAll(more);
        server = new CircusServer(directory, environment);
        project = new CircusProject(server, directory);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private Path gate() {
        return directory.resolve(project.name() + "-gate");
    }

    @Test
    void boundsOfTimeAndOutputHaveTheirOwnStatus() throws Exception {
        start(Map.of(
                "TRIVET_QUEUE_RUNNER_MAX_SILENT_TIME", "3",
                "TRIVET_QUEUE_RUNNER_MAX_LOG_SIZE", "20000B",
                "TRIVET_QUEUE_RUNNER_UNSUPPORTED_TIMEOUT", "1s"));
        String endless = project.job("slow", "while :; do echo more; /bin/sleep 0.2; done");
        String commit = project.commit(
                "release.nix",
                "{ slow = " + endless + " // { meta.timeout = 2; }; silent = "
                        + project.job("silent", "/bin/sleep 60")
                        + "; loud = "
                        + project.job("loud", "while :; do echo 0123456789012345678901234567890123456789; done")
                        + "; far = derivation { name = \"far\"; system = \"riscv64-linux\"; builder = \"/bin/sh\"; };"
                        + " odd = " + project.job("odd", "/bin/printf '\\\\377\\\\000 bytes\\\\n'; echo x > $out")
                        + "; }");
        project.jobset(Map.of());
        String evaluation = project.evaluated(commit);
        assertThat(project.statuses(evaluation))
                .isEqualTo(Map.of(
                        "slow", "timeout",
                        "silent", "timeout",
                        "loud", "log_limit_exceeded",
                        "far", "unsupported_system",
                        "odd", "succeeded"));
        assertThat(server.admin()
                        .get("builds/"
                                + project.builds(evaluation)
                                        .get("odd")
                                        .get("id")
                                        .asString() + "/log")
                        .body())
                .contains(" bytes");
    }

    @Test
    void aNewerCommitTakesThePlaceOfOlderOnesIfThatIsWanted() throws Exception {
        start(Map.of("TRIVET_EVALUATOR_ONLY_BUILD_LATEST", "true"));
        String first = project.commit("release.nix", project.waiting(gate()));
        project.jobset(Map.of());
        String old = project.await(
                "the first evaluation",
                () -> Optional.of(ok(server.admin().get("evaluations?status=completed"))
                                .get("items"))
                        .filter(all -> !all.isEmpty())
                        .map(all -> all.get(0).get("id").asString()));
        String second = project.commit("release.nix", "{ a = " + project.job("a", "echo x > $out") + "; }");
        project.trigger(second);
        assertThat(project.statuses(project.evaluated(second))).isEqualTo(Map.of("a", "succeeded"));
        assertThat(project.evaluated(first)).isEqualTo(old);
        assertThat(project.statuses(old))
                .containsOnly(
                        Map.entry("slow", "cancelled"),
                        Map.entry("after", "cancelled"),
                        Map.entry("last", "cancelled"));
    }

    @Test
    void buildsGoOnAfterARestartOfTheServer() throws Exception {
        start(Map.of());
        Path gate = gate();
        String commit = project.commit("release.nix", project.waiting(gate));
        project.jobset(Map.of());
        JsonNode slow = project.running();
        server.close();
        server = new CircusServer(directory, repository.environment());
        project.at(server);
        Files.createFile(gate);
        String evaluation = project.evaluated(commit);
        assertThat(project.statuses(evaluation))
                .isEqualTo(Map.of("slow", "succeeded", "after", "succeeded", "last", "succeeded"));
        assertThat(project.builds(evaluation).get("slow").get("id")).isEqualTo(slow.get("id"));
    }

    @Test
    void oldEvaluationsAreLetGoAndWhatIsKeptStays() throws Exception {
        start(Map.of(
                "TRIVET_GC_ENABLED", "true",
                "TRIVET_GC_MAX_AGE_DAYS", "0",
                "TRIVET_GC_CLEANUP_INTERVAL", "1s",
                "TRIVET_EVALUATOR_POLL_INTERVAL", "1s"));
        String jobset = project.jobset(Map.of("enabled", false));
        server.admin().put(project.path() + "/jobsets/" + jobset, Map.of("keep_nr", 1, "enabled", true));
        String first = project.commit("release.nix", two(1));
        project.trigger(first);
        Map<String, JsonNode> old = project.builds(project.evaluated(first));
        Path kept = Path.of(old.get("kept").get("build_output_path").asString());
        Path gone = Path.of(old.get("gone").get("build_output_path").asString());
        ok(server.admin().put("builds/" + old.get("kept").get("id").asString() + "/keep/true", null));
        String second = project.commit("release.nix", two(2));
        project.trigger(second);
        Map<String, JsonNode> now = project.builds(project.evaluated(second));
        project.await(
                "the garbage to be gone", () -> Optional.of(Files.exists(gone)).filter(there -> !there));
        assertThat(kept).exists();
        assertThat(Path.of(now.get("gone").get("build_output_path").asString())).exists();
        ok(server.admin()
                .post("admin/pinned-builds/" + old.get("kept").get("id").asString() + "/unpin", null));
        project.await(
                "what was kept to be gone",
                () -> Optional.of(Files.exists(kept)).filter(there -> !there));
    }

    private String two(int number) {
        return "{ kept = " + project.job("kept", "echo " + number + " > $out") + "; gone = "
                + project.job("gone", "echo " + number + " > $out") + "; }";
    }

    @Test
    void aRepositoryThatNeverAnswersIsGivenUp() throws Exception {
        start(Map.of(
                "TRIVET_EVALUATOR_GIT_TIMEOUT", "3s",
                "TRIVET_SERVER_ALLOWED_URL_SCHEMES", "http",
                "TRIVET_SERVER_ALLOW_INTERNAL_REQUESTS", "true"));
        CircusClient admin = server.admin();
        // The system takes connections for it, and nobody ever reads them.
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String path = "projects/"
                    + ok(admin.post(
                                    "projects",
                                    Map.of(
                                            "name",
                                            "silent",
                                            "repository_url",
                                            "http://127.0.0.1:" + silent.getLocalPort() + "/r.git")))
                            .get("id")
                            .asString()
                    + "/jobsets";
            String jobset = ok(admin.post(path, Map.of("name", "main", "nix_expression", "release.nix")))
                    .get("id")
                    .asString();
            String evaluation = admin.post(
                            "evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", "1".repeat(40)))
                    .json()
                    .get("id")
                    .asString();
            String why = project.await(
                    "the evaluation to fail",
                    () -> Optional.of(ok(admin.get("evaluations/" + evaluation)))
                            .filter(now -> now.get("status").asString().equals("failed"))
                            .map(now -> now.get("error_message").asString()));
            assertThat(why).isNotBlank();
            String look = project.await(
                    "the look to be given up",
                    () -> Optional.of(ok(admin.get(path + "/" + jobset)).get("check_error"))
                            .filter(error -> !error.isNull())
                            .map(JsonNode::asString));
            assertThat(look).contains("3 s");
        }
    }
}
