package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.NixLines.built;
import static dev.trivet.server.NixLines.end;
import static dev.trivet.server.NixLines.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.plan.NixSpec;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import dev.trivet.engine.Lease;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What runners say of evaluations and builds, true or not, and what becomes of it. */
class CircusLinesTest {
    private static final String COMMIT = "a".repeat(40);

    @TempDir
    static Path directory;

    private static CircusServer server;
    private static String token;
    private ScriptedRunner runner;
    private String project;
    private String evaluation;

    @BeforeAll
    static void start() throws Exception {
        server = new CircusServer(
                directory, Map.of("TRIVET_RUNNER_EMBEDDED", "false", "TRIVET_EVALUATOR_MAX_CONCURRENT_EVALS", "4"));
        token = server.admin()
                .post("/api/runner/v1/tokens", Map.of("name", "t"))
                .json()
                .get("token")
                .asString();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void begin() throws Exception {
        CircusClient admin = server.admin();
        runner = new ScriptedRunner(server.address(), token, directory);
        project = ok(admin.post("projects", Map.of("name", "p", "repository_url", "https://example.org/p")))
                .get("id")
                .asString();
        String jobset = ok(admin.post(
                        "projects/" + project + "/jobsets", Map.of("name", "j", "nix_expression", "x.nix")))
                .get("id")
                .asString();
        evaluation = admin.post("evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", COMMIT))
                .json()
                .get("id")
                .asString();
    }

    /** The next test knows nothing of what this one's derivations were. */
    @AfterEach
    void forget() throws Exception {
        assertThat(server.admin().delete("projects/" + project).status()).isEqualTo(204);
        server.sql(handle -> handle.execute("delete from circus.failed_paths_cache"));
        runner.close();
    }

    private <T> T await(String what, Eventually.Question<T> question) throws Exception {
        return Eventually.await(what, question, this::statuses);
    }

    private Map<String, String> statuses() throws Exception {
        return server.statuses(evaluation);
    }

    private void awaitStatuses(Map<String, String> expected) throws Exception {
        String _ = await("" + expected, () -> statuses().equals(expected) ? Optional.of("") : Optional.empty());
    }

    private JsonNode build(String name) throws Exception {
        return ok(server.admin().get("builds?job_name=" + name + "&evaluation_id=" + evaluation))
                .at("/items/0");
    }

    private void awaitEnd(String status) throws Exception {
        String _ = await(
                "the evaluation to be " + status,
                () -> Optional.of(ok(server.admin().get("evaluations/" + evaluation))
                                .get("status")
                                .asString())
                        .filter(status::equals));
    }

    @Test
    void buildingBeginsWhileTheEvaluationGoesOn() throws Exception {
        Lease evaluating = runner.claim();
        assertThat(evaluating.spec().nix()).isInstanceOf(NixSpec.Evaluate.class);
        runner.say(evaluating, job("a") + job("b", "a", "z"));
        Lease a = runner.claim();
        assertThat(a.spec().nix()).isInstanceOf(NixSpec.Build.class);
        assertThat(ok(server.admin().get("evaluations/" + evaluation))
                        .get("status")
                        .asString())
                .isEqualTo("running");
        runner.say(a, built("a"));
        runner.pass(a);
        Lease b = runner.claim();
        runner.say(b, built("b"));
        runner.pass(b);
        awaitStatuses(Map.of("a", "succeeded", "b", "succeeded"));
        // One that another needs comes later.
        runner.say(evaluating, job("z") + end(3));
        runner.pass(evaluating);
        awaitEnd("completed");
        JsonNode needed = ok(server.admin().get("builds/" + build("b").get("id").asString() + "/dependencies"));
        assertThat(needed.valueStream().map(one -> one.get("job_name").asString()))
                .containsExactly("a", "z");
        assertThat(server.admin()
                        .get("builds/" + build("z").get("id").asString())
                        .json()
                        .get("status")
                        .asString())
                .isEqualTo("pending");
    }

    @Test
    void aRunnerThatLiesAboutOutputsIsNotBelieved() throws Exception {
        Lease evaluating = runner.claim();
        runner.say(evaluating, job("a") + job("b") + job("c") + job("d") + job("e", "a") + end(5));
        runner.pass(evaluating);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            Lease lease = runner.claim();
            seen.add(lease.name());
            switch (lease.name()) {
                case "a" -> runner.say(lease, built("a", "/nix/store/00000000000000000000000000000000-another"));
                case "b" -> runner.say(lease, "no json\n{\"kind\":\"verdict\"}\n\\u0000\n");
                case "c" -> runner.say(lease, built("c") + """
                        {"kind":"product","type":"file","subtype":"x","path":"/etc/passwd","name":"p","size":1,"directory":false}
                        {"kind":"product","type":"file","subtype":"x","path":"/nix/store/../../etc/shadow","name":"p","size":1,"directory":false}
                        {"kind":"metric","name":"a\\u0000b","value":1,"unit":"\\u0000"}
                        """);
                default -> runner.say(lease, "{\"kind\":\"verdict\",\"status\":\"succeeded\"}\n");
            }
            if (lease.name().equals("d")) {
                runner.finish(lease, JobEvent.FAIL, Outcome.of(Reason.EXIT_CODE, "it failed"));
            } else {
                runner.pass(lease);
            }
        }
        assertThat(seen).containsExactlyInAnyOrder("a", "b", "c", "d");
        // What needs one that was not believed is the engine's business: it passed there.
        Lease last = runner.claim();
        runner.say(last, built("e"));
        runner.pass(last);
        awaitStatuses(Map.of("a", "aborted", "b", "aborted", "c", "succeeded", "d", "failed", "e", "succeeded"));
        assertThat(build("a").get("error_message").asString()).contains("other outputs");
        assertThat(build("a").get("build_output_path").isNull()).isTrue();
        assertThat(ok(server.admin().get("builds/" + build("c").get("id").asString() + "/products")))
                .hasSize(1);
    }

    @Test
    void anEvaluationThatIsLostIsRepeatedAndDoublesNothing() throws Exception {
        Lease first = runner.claim();
        runner.say(first, job("a") + job("b").substring(0, 40));
        String _ = await("the first build", () -> statuses().containsKey("a") ? Optional.of("") : Optional.empty());
        runner.finish(first, JobEvent.LOSE, Outcome.of(Reason.RUNNER_LOST, "gone"));
        Lease again = null;
        while (again == null) {
            Lease lease = runner.claim();
            if (lease.spec().nix() instanceof NixSpec.Evaluate) {
                again = lease;
            } else {
                runner.say(lease, built(lease.name()));
                runner.pass(lease);
            }
        }
        runner.say(
                again,
                job("b") + job("a") + job("x".repeat(300))
                        + "{\"kind\":\"failure\",\"attr\":\"f\",\"message\":\"no\\u0000\"}\n" + end(4));
        runner.pass(again);
        awaitEnd("completed");
        for (int left = (int)
                        statuses().values().stream().filter("pending"::equals).count();
                left > 0;
                left--) {
            Lease lease = runner.claim();
            runner.say(lease, built(lease.name()));
            runner.pass(lease);
        }
        awaitStatuses(Map.of("a", "succeeded", "b", "succeeded"));
        assertThat(ok(server.admin().get("evaluations/" + evaluation + "/errors")))
                .hasSize(2);
    }

    @Test
    void theEndOfTheEvaluatorIsTheEndOfTheEvaluation() throws Exception {
        Lease evaluating = runner.claim();
        runner.say(evaluating, job("a"));
        runner.finish(evaluating, JobEvent.FAIL, Outcome.of(Reason.EXIT_CODE, "out of memory"));
        awaitEnd("failed");
        assertThat(ok(server.admin().get("evaluations/" + evaluation))
                        .get("error_message")
                        .asString())
                .isEqualTo("out of memory");
        assertThat(statuses()).containsOnlyKeys("a");
    }
}
