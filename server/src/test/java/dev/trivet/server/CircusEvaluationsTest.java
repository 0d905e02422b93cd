package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.CircusAnswers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is evaluated and when, and what becomes of it, with real git and nix (spec circus section 4). */
class CircusEvaluationsTest {
    private static final String SECRET = "hook";

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

    @Test
    void whatCannotBeEvaluatedSaysWhy() throws Exception {
        project.commit("other.nix", "{ }");
        String jobset = project.jobset(Map.of());
        JsonNode first = project.await("the evaluation to fail", () -> {
            JsonNode all = project.evaluations();
            return Optional.of(all)
                    .filter(some ->
                            !some.isEmpty() && some.at("/0/status").asString().equals("failed"))
                    .map(some -> some.get(0));
        });
        assertThat(first.get("error_message").asString()).contains("release.nix");
        String nowhere = "1".repeat(40);
        assertThat(project.trigger(nowhere)).isNotBlank();
        String id = project.evaluated(nowhere);
        JsonNode unknown = ok(server.admin().get("evaluations/" + id));
        assertThat(unknown.get("status").asString()).isEqualTo("failed");
        assertThat(unknown.get("error_message").asString()).contains("no commit");
        refused(
                server.admin().post("evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", nowhere)),
                409,
                "CONFLICT");
        assertThat(server.admin()
                        .put(project.path(), Map.of("repository_url", "file:///nowhere/at/all"))
                        .status())
                .isEqualTo(200);
        project.look();
        project.await(
                "the repository to be missed",
                () -> Optional.of(project.shownJobset().get("check_error")).filter(error -> !error.isNull()));
    }

    @Test
    void aJobsetThatIsEvaluatedOnceIsDisabledThenAlsoWhenThatFailed() throws Exception {
        String commit = project.commit("release.nix", "{ a = " + project.job("a", "echo x > $out") + "; }");
        project.jobset(Map.of("state", "one_shot"));
        String _ = project.evaluated(commit);
        assertThat(project.shownJobset().get("state").asString()).isEqualTo("disabled");
        assertThat(project.shownJobset().get("enabled").asBoolean()).isFalse();

        project.jobset(Map.of("name", "failing", "nix_expression", "none.nix", "state", "one_shot"));
        String failed = project.evaluated(commit);
        assertThat(project.evaluation(failed).get("status").asString()).isEqualTo("failed");
        assertThat(project.shownJobset().get("state").asString()).isEqualTo("disabled");
        assertThat(project.shownJobset().get("enabled").asBoolean()).isFalse();

        // What comes later is not evaluated any more: not what is newest, and not what somebody asks for.
        String later = project.commit("later", "x");
        project.look();
        assertThat(project.trigger(later)).isNotBlank();
        evaluateAnother();
        assertThat(project.evaluations()).hasSize(2);
        assertThat(project.evaluation(failed).get("commit_hash").asString()).isEqualTo(commit);
        assertThat(project.evaluations().at("/0/status").asString()).isEqualTo("pending");
    }

    /** Shows that the server would have had the time to begin what was asked for before. */
    private static void evaluateAnother() throws Exception {
        var other = new CircusProject(server, directory);
        String commit = other.commit("release.nix", "{ a = " + other.job("a", "echo x > $out") + "; }");
        other.jobset(Map.of());
        assertThat(other.statuses(other.evaluated(commit))).isEqualTo(Map.of("a", "succeeded"));
    }

    @Test
    void oneAtATimeWaitsForTheBuildsOfTheEvaluationBefore() throws Exception {
        Path gate = directory.resolve(project.name() + "-gate");
        String first = project.commit("release.nix", project.waiting(gate));
        project.jobset(Map.of("state", "one_at_a_time"));
        JsonNode _ = project.running();
        String one = project.await(
                "the evaluation to be over",
                () -> Optional.of(project.evaluations().get(0))
                        .filter(evaluation ->
                                evaluation.get("status").asString().equals("completed"))
                        .map(evaluation -> evaluation.get("id").asString()));
        String second = project.commit("release.nix", "{ b = " + project.job("b", "echo x > $out") + "; }");
        String two = project.trigger(second);
        String third = project.commit("release.nix", "{ c = " + project.job("c", "echo x > $out") + "; }");
        String three = project.trigger(third);
        evaluateAnother();
        for (String waiting : List.of(two, three)) {
            assertThat(project.evaluation(waiting).get("status").asString()).isEqualTo("pending");
        }
        Files.createFile(gate);
        assertThat(project.evaluated(first)).isEqualTo(one);
        assertThat(project.evaluated(second)).isEqualTo(two);
        assertThat(project.evaluated(third)).isEqualTo(three);
        assertThat(overlaps(one, two)).isFalse();
        assertThat(overlaps(two, three)).isFalse();
        assertThat(project.statuses(three)).isEqualTo(Map.of("c", "succeeded"));
    }

    /** Whether something of the second was found before everything of the first had ended. */
    private static boolean overlaps(String first, String second) {
        return server.sql(handle -> handle.createQuery("""
                        select (select min(created_at) from circus.builds where evaluation_id = cast(:second as uuid))
                            < (select max(completed_at) from circus.builds where evaluation_id = cast(:first as uuid))
                        """)
                .bind("first", first)
                .bind("second", second)
                .mapTo(Boolean.class)
                .one());
    }

    @Test
    void aRepositoryDeclaresItsJobsetsItself() throws Exception {
        project.commit("ci/jobs.nix", "{ a = " + project.job("a", "echo x > $out") + "; }");
        String commit = project.commit(
                ".circus.toml", "[[jobsets]]\nname = \"own\"\nnix_expression = \"ci/jobs.nix\"\nflake_mode = false\n");
        String path = project.path() + "/jobsets";
        String _ = project.about(project.await(
                "the jobset",
                () -> Optional.of(ok(server.admin().get(path)).get("items"))
                        .filter(all -> !all.isEmpty())
                        .map(all -> all.get(0).get("id").asString())));
        assertThat(project.statuses(project.evaluated(commit))).isEqualTo(Map.of("a", "succeeded"));
    }

    @Test
    void anotherInputIsAnotherEvaluationOfTheSameCommit() throws Exception {
        String commit = project.commit(
                "release.nix", "{ word ? \"none\" }: { a = " + project.job("a", "echo ${word} > $out") + "; }");
        String jobset = project.jobset(Map.of());
        String evaluation = project.evaluated(commit);
        String before = project.builds(evaluation).get("a").get("drv_path").asString();
        String hash = ok(server.admin().get("evaluations/" + evaluation))
                .get("inputs_hash")
                .asString();
        assertThat(server.admin()
                        .post(
                                project.path() + "/jobsets/" + jobset + "/inputs",
                                Map.of("name", "word", "input_type", "string", "value", "some"))
                        .status())
                .isEqualTo(200);
        project.look();
        project.await(
                "the second evaluation",
                () -> Optional.of(ok(server.admin().get("evaluations/" + evaluation)))
                        .filter(now -> !now.get("inputs_hash").asString().equals(hash)
                                && now.get("status").asString().equals("completed")));
        assertThat(project.evaluated(commit)).isEqualTo(evaluation);
        assertThat(project.builds(evaluation).get("a").get("drv_path").asString())
                .isNotEqualTo(before);
        assertThat(project.statuses(evaluation)).isEqualTo(Map.of("a", "succeeded"));
    }

    @Test
    void flakesAreEvaluatedToo() throws Exception {
        String commit = project.commit(
                "flake.nix", "{ outputs = { self }: { hydraJobs.a = " + project.job("a", "echo x > $out") + "; }; }");
        project.jobset(Map.of("nix_expression", "hydraJobs", "flake_mode", true));
        String evaluation = project.evaluated(commit);
        assertThat(project.statuses(evaluation))
                .as(server.admin().get("evaluations/" + evaluation).body())
                .isEqualTo(Map.of("a", "succeeded"));
    }

    @Test
    void whatAPullRequestDeclaresIsBelievedOnlyWhenItIsMerged() throws Exception {
        String declared = """
                [[jobsets]]
                name = "main"
                nix_expression = "other.nix"
                flake_mode = false
                [[jobsets]]
                name = "own"
                nix_expression = "release.nix"
                flake_mode = false
                """;
        NixRepository git = project.repository();
        project.commit("other.nix", "{ o = " + project.job("o", "echo o > $out") + "; }");
        String base = project.commit("release.nix", "{ a = " + project.job("a", "echo a > $out") + "; }");
        project.jobset(Map.of("branch", "main", "check_interval", 3600));
        String _ = project.evaluated(base);
        git.git("checkout", "-q", "-b", "topic");
        String offered = project.commit(".circus.toml", declared);
        git.git("update-ref", "refs/pull/7/head", offered);
        git.git("checkout", "-q", "main");
        ok(server.admin().post(project.path() + "/webhooks", Map.of("forge_type", "github", "secret", SECRET)));
        assertThat(pullRequest(offered)).isEqualTo(200);
        String evaluation = project.evaluated(offered);
        assertThat(project.evaluation(evaluation).get("pr_number").asInt()).isEqualTo(7);
        assertThat(project.statuses(evaluation)).isEqualTo(Map.of("a", "succeeded"));
        assertThat(project.jobsetNames()).containsExactly("main");
        assertThat(project.shownJobset().get("nix_expression").asString()).isEqualTo("release.nix");

        // The same commit becomes the branch's.
        git.git("merge", "-q", "--ff-only", "topic");
        project.look();
        project.await(
                "the declaration to be believed",
                () -> Optional.of(project.jobsetNames()).filter(names -> names.equals(List.of("main", "own"))));
        assertThat(project.shownJobset().get("nix_expression").asString()).isEqualTo("other.nix");
        assertThat(project.evaluation(evaluation).get("pr_number").isNull()).isTrue();
    }

    /** Delivers what GitHub says of one that is new; answers the status. */
    private int pullRequest(String commit) throws Exception {
        String body = """
                {"action": "opened", "number": 7, "pull_request": {"draft": false, "head": {"sha": "%s", "ref": "topic"},
                 "base": {"ref": "main"}}}
                """.formatted(commit);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        HttpRequest request = HttpRequest.newBuilder(
                        server.address().resolve("/api/v1/webhooks/" + project.id() + "/github"))
                .header("Content-Type", "application/json")
                .header("X-GitHub-Event", "pull_request")
                .header("X-Hub-Signature-256", signature)
                .POST(BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        }
    }

    @Test
    void oneThatCannotBeEvaluatedDoesNotKeepOthersFromBeingBuilt() throws Exception {
        StringBuilder text = new StringBuilder("{\n");
        for (int i = 0; i < 20; i++) {
            text.append("  good%d = %s;\n".formatted(i, project.job("good" + i, "echo " + i + " > $out")));
        }
        String commit = project.commit("release.nix", text.append("""
                  endless = let x = x; in x;
                  deep = let f = n: 1 + f (n + 1); in f 0;
                  named = derivation { name = "bad name?"; system = "x86_64-linux"; builder = "/bin/sh"; };
                  outside = derivation { name = builtins.readFile /etc/hostname; system = "x86_64-linux"; builder = "/bin/sh"; };
                }
                """).toString());
        project.jobset(Map.of());
        String evaluation = project.evaluated(commit);
        assertThat(project.evaluation(evaluation).get("status").asString()).isEqualTo("completed");
        assertThat(project.statuses(evaluation))
                .hasSize(20)
                .allSatisfy((_, status) -> assertThat(status).isEqualTo("succeeded"));
        Map<String, String> errors = new TreeMap<>();
        ok(server.admin().get("evaluations/" + evaluation + "/errors"))
                .forEach(error -> errors.put(
                        error.get("job_name").asString(), error.get("message").asString()));
        assertThat(errors).containsOnlyKeys("endless", "deep", "named", "outside");
        assertThat(errors.get("endless")).contains("infinite recursion");
        assertThat(errors.get("named")).contains("bad name?");
        assertThat(errors.get("outside")).contains("restricted");
    }
}
