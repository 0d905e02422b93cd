package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Channels follow what is built, with real git and nix, however it comes to its end (spec circus section 8). */
class CircusChannelBuildsTest {
    @TempDir
    Path directory;

    private NixRepository repository;
    private CircusServer server;
    private String jobset;
    private String channel;

    @BeforeEach
    void start() throws Exception {
        repository = new NixRepository(directory);
        restart(Map.of());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private void restart(Map<String, String> more) throws Exception {
        if (server != null) {
            server.close();
        }
        Map<String, String> environment = new HashMap<>(repository.environment());
        environment.put("TRIVET_RUNNER_SLOTS", "4");
        environment.putAll(more);
        server = new CircusServer(directory, environment);
    }

    /** A jobset that is evaluated when it is told to, and a channel on it. */
    private void channel() throws Exception {
        CircusClient admin = server.admin();
        String project = ok(admin.post("projects", Map.of("name", "p", "repository_url", repository.url())))
                .get("id")
                .asString();
        Map<String, Object> body = Map.of("name", "main", "nix_expression", "release.nix", "flake_mode", false);
        jobset = ok(admin.post("projects/" + project + "/jobsets", body))
                .get("id")
                .asString();
        int _ = server.<Integer>sql(handle -> handle.execute("update circus.jobsets set keep_nr = 1, branch = 'none'"));
        channel = ok(admin.post("channels", Map.of("project_id", project, "name", "stable", "jobset_id", jobset)))
                .get("id")
                .asString();
    }

    private String commit(String text) throws Exception {
        return repository.commit("release.nix", text);
    }

    private String triggered(String commit, Map<String, Object> more) throws Exception {
        Map<String, Object> body = new HashMap<>(Map.of("jobset_id", jobset, "commit_hash", commit));
        body.putAll(more);
        var answer = server.admin().post("evaluations/trigger", body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return answer.json().get("id").asString();
    }

    private void over(String evaluation) throws Exception {
        Map<String, String> _ = Eventually.await(
                "the evaluation and its builds to be over",
                () -> Optional.of(ok(server.admin().get("evaluations/" + evaluation)))
                        .filter(now -> !Set.of("pending", "running")
                                .contains(now.get("status").asString()))
                        .map(now -> statuses(evaluation))
                        .filter(all ->
                                !all.isEmpty() && !all.containsValue("pending") && !all.containsValue("running")),
                () -> statuses(evaluation));
    }

    private Map<String, String> statuses(String evaluation) {
        try {
            return server.statuses(evaluation);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private JsonNode shown() throws Exception {
        return ok(server.admin().get("channels/" + channel)).get("current_evaluation_id");
    }

    private void shows(String evaluation) throws Exception {
        JsonNode _ = Eventually.await(
                "the channel to show " + evaluation,
                () -> Optional.of(shown())
                        .filter(now -> now.isString() && now.asString().equals(evaluation)),
                () -> server.admin().get("channels/" + channel + "/history").body() + statuses(evaluation));
    }

    private static String set(String... jobs) {
        return "{ " + String.join(" ", jobs) + " }";
    }

    private static String job(String name, String script) {
        return name + " = " + NixRepository.job(name, script) + ";";
    }

    @Test
    void aChannelFollowsAggregatesReuseAndRestartsButNoPullRequest() throws Exception {
        channel();
        String a = job("a", "echo x > $out");
        String all = "all = " + NixRepository.job("all", "echo ok > $out")
                + " // { _hydraAggregate = true; constituents = [ \"a\" ]; };";
        String first = triggered(commit(set(a, all)), Map.of());
        shows(first);
        String reused = triggered(repository.commit("README", "nothing that is built"), Map.of());
        shows(reused);
        assertThat(statuses(reused)).isEqualTo(Map.of("a", "succeeded", "all", "succeeded"));

        Path gate = directory.resolve("gate");
        String flaky = triggered(commit(set(a, job("flaky", "[ -e " + gate + " ] && echo x > $out"))), Map.of());
        over(flaky);
        assertThat(shown().asString()).isEqualTo(reused);
        String request = triggered(commit(set(a)), Map.of("pr_number", 7));
        over(request);
        assertThat(statuses(request)).isEqualTo(Map.of("a", "succeeded"));
        assertThat(shown().asString()).isEqualTo(reused);
        Files.createFile(gate);
        String broken = ok(server.admin().get("builds?job_name=flaky&evaluation_id=" + flaky))
                .at("/items/0/id")
                .asString();
        JsonNode _ = ok(server.admin().post("builds/" + broken + "/restart", null));
        shows(flaky);
        assertThat(ok(server.admin().get("channels/" + channel + "/history"))
                        .get("items")
                        .valueStream()
                        .map(entry -> entry.get("kind").asString()))
                .containsExactly("automatic", "automatic", "automatic");
        try (var download = new ChannelDownload(server.address())) {
            assertThat(download.bytes("/channel/p/stable/3/store-paths.xz")).isNotEmpty();
            assertThat(ChannelDownload.members(download.bytes("/channel/p/stable/1/nixexprs.tar.xz"))
                            .get("stable/default.nix"))
                    .contains("a = mkFake")
                    .doesNotContain("flaky");
        }
    }

    @Test
    void anOldEvaluationThatIsLateIsNotShownAndARestartOfTheServerLosesNothing() throws Exception {
        channel();
        Path gate = directory.resolve("gate");
        String slow = "while ! [ -e " + gate + " ]; do /bin/sleep 0.05; done; echo x > $out";
        String late = triggered(commit(set(job("a", slow))), Map.of());
        String newer = triggered(commit(set(job("b", "echo x > $out"))), Map.of());
        shows(newer);
        String last = triggered(commit(set(job("c", slow))), Map.of());
        Map<String, String> _ = Eventually.await(
                "both to be built",
                () -> Optional.of(statuses(last)).filter(now -> now.equals(Map.of("c", "running"))),
                () -> statuses(last));
        restart(Map.of());
        Files.createFile(gate);
        over(late);
        shows(last);
        assertThat(ok(server.admin().get("channels/" + channel + "/history"))
                        .get("total")
                        .asInt())
                .isEqualTo(2);
        // What was overlooked, for whatever reason, is found at the next start.
        int _ = server.<Integer>sql(handle ->
                handle.execute("update circus.channels set current_evaluation_id = null, promoted_up_to = null"));
        restart(Map.of());
        shows(last);
    }

    @Test
    void whatAChannelShowsOrHasShownLatelyStaysInTheStore() throws Exception {
        restart(Map.of(
                "TRIVET_GC_ENABLED", "true",
                "TRIVET_GC_MAX_AGE_DAYS", "0",
                "TRIVET_GC_CLEANUP_INTERVAL", "1s",
                "TRIVET_GC_CHANNEL_HISTORY", "2",
                "TRIVET_EVALUATOR_POLL_INTERVAL", "1s"));
        channel();
        Path[] outputs = new Path[3];
        String[] evaluations = new String[3];
        for (int i = 0; i < 3; i++) {
            evaluations[i] = triggered(commit(set(job("a", "echo " + i + " > $out"))), Map.of());
            shows(evaluations[i]);
            outputs[i] = Path.of(ok(server.admin().get("builds?evaluation_id=" + evaluations[i]))
                    .at("/items/0/build_output_path")
                    .asString());
        }
        boolean _ = Eventually.await(
                "the oldest one to be let go",
                () -> Optional.of(Files.exists(outputs[0])).filter(there -> !there),
                () -> outputs[0]);
        assertThat(outputs[1]).exists();
        assertThat(outputs[2]).exists();
        assertThat(server.admin()
                        .post("channels/" + channel + "/promote/" + evaluations[0], null)
                        .status())
                .isEqualTo(409);
        JsonNode back = ok(server.admin().post("channels/" + channel + "/rollback", null));
        assertThat(back.get("current_evaluation_id").asString()).isEqualTo(evaluations[1]);
    }
}
