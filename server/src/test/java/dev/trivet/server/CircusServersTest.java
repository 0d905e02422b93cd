package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.NixLines.built;
import static dev.trivet.server.NixLines.end;
import static dev.trivet.server.NixLines.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.plan.NixSpec;
import dev.trivet.engine.Lease;
import dev.trivet.store.DatabaseConfig;
import dev.trivet.store.TestCluster;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several servers on one database, and servers that are killed: what runners tell is with the server that they talk to, and each job of an
 * evaluation is there once, whoever dies.
 */
class CircusServersTest {
    private static final String TOKEN = "the-administrators-token-of-this-test";

    @TempDir
    Path directory;

    private TestCluster cluster;
    private String database;
    private CircusServer server;
    private String jobset;
    private String token;

    @BeforeEach
    void startDatabase() throws Exception {
        cluster = new TestCluster();
        DatabaseConfig config = cluster.config();
        database = config.url() + "&user=" + config.user() + "&password=" + config.password();
    }

    /** @param takeover how long this server waits for another one that was told something */
    private void start(String takeover) throws Exception {
        Map<String, String> environment = environment("here");
        environment.put("TRIVET_EVALUATOR_TAKEOVER_TIMEOUT", takeover);
        server = new CircusServer(directory.resolve("here"), environment);
        CircusClient admin = server.admin();
        token = admin.post("/api/runner/v1/tokens", Map.of("name", "t"))
                .json()
                .get("token")
                .asString();
        String project = ok(admin.post("projects", Map.of("name", "p", "repository_url", "https://example.org/p")))
                .get("id")
                .asString();
        jobset = ok(admin.post(
                        "projects/" + project + "/jobsets",
                        Map.of("name", "j", "nix_expression", "x.nix", "check_interval", 86400)))
                .get("id")
                .asString();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        cluster.close();
    }

    private Map<String, String> environment(String name) {
        return new HashMap<>(Map.of(
                "TRIVET_LISTEN", "127.0.0.1:0",
                "TRIVET_DATA", directory.resolve(name).toString(),
                "TRIVET_DATABASE", database,
                "TRIVET_ADMIN_TOKEN", TOKEN,
                "TRIVET_SERVER_DRAIN_TIMEOUT", "0s",
                "TRIVET_RUNNER_EMBEDDED", "false",
                "TRIVET_EVALUATOR_MAX_CONCURRENT_EVALS", "4"));
    }

    private ScriptedRunner runnerOf(ServerProcess there) {
        return new ScriptedRunner(there.address(), token, directory);
    }

    private ScriptedRunner runnerHere() {
        return new ScriptedRunner(server.address(), token, directory);
    }

    private String trigger(char digit) throws Exception {
        return server.admin()
                .post(
                        "evaluations/trigger",
                        Map.of(
                                "jobset_id",
                                jobset,
                                "commit_hash",
                                String.valueOf(digit).repeat(40)))
                .json()
                .get("id")
                .asString();
    }

    private static Lease evaluating(ScriptedRunner runner) throws Exception {
        Lease lease = runner.claim();
        assertThat(lease.spec().nix()).isInstanceOf(NixSpec.Evaluate.class);
        return lease;
    }

    private <T> T await(String what, String evaluation, Eventually.Question<T> question) throws Exception {
        return Eventually.await(
                what,
                question,
                () -> server.admin().get("evaluations/" + evaluation).body() + server.statuses(evaluation));
    }

    private void awaitCompleted(String evaluation) throws Exception {
        String _ = await(
                "the evaluation to be completed",
                evaluation,
                () -> Optional.of(ok(server.admin().get("evaluations/" + evaluation))
                                .get("status")
                                .asString())
                        .filter("completed"::equals));
    }

    private void awaitStatuses(String evaluation, Map<String, String> expected) throws Exception {
        String _ = await(
                "" + expected,
                evaluation,
                () -> server.statuses(evaluation).equals(expected) ? Optional.of("") : Optional.empty());
    }

    private void awaitSome(String evaluation, int builds) throws Exception {
        String _ = await(
                builds + " builds",
                evaluation,
                () -> server.statuses(evaluation).size() >= builds ? Optional.of("") : Optional.empty());
    }

    private static void build(ScriptedRunner runner) throws Exception {
        Lease lease = runner.claim();
        runner.say(lease, built(lease.name()));
        runner.pass(lease);
    }

    private long counts(String select, String evaluation) {
        return server.sql(handle -> handle.createQuery(
                        "select " + select + " from circus.builds where evaluation_id = cast(:id as uuid)")
                .bind("id", evaluation)
                .mapTo(Long.class)
                .one());
    }

    @Test
    void whatOneServerWasToldTheOtherLeavesAloneUntilThatIsGone() throws Exception {
        start("600s");
        ServerProcess there = ServerProcess.start(environment("there"));
        ScriptedRunner runner = runnerOf(there);
        String first = trigger('1');
        Lease one = evaluating(runner);
        List<String> names = IntStream.range(0, 12).mapToObj(i -> "a" + i).toList();
        StringBuilder lines = new StringBuilder();
        Map<String, String> expected = new HashMap<>();
        for (String name : names) {
            lines.append(job(name));
            expected.put(name, "succeeded");
        }
        runner.say(one, lines + end(names.size()));
        runner.pass(one);
        awaitCompleted(first);
        for (int i = 0; i < names.size(); i++) {
            build(runner);
        }
        awaitStatuses(first, expected);
        assertThat(counts("coalesce(sum(retry_count), 0)", first)).isZero();

        // It is killed in the middle of an evaluation.
        String second = trigger('2');
        Lease two = evaluating(runner);
        runner.say(two, job("b0") + job("b1"));
        awaitSome(second, 2);
        there.kill();
        runner.fallSilent();
        try (ScriptedRunner other = runnerHere()) {
            Lease again = null;
            for (int i = 0; again == null; i++) {
                Lease lease = other.claim();
                if (lease.spec().nix() instanceof NixSpec.Evaluate) {
                    again = lease;
                } else {
                    assertThat(i).as("builds before the evaluation").isLessThan(2);
                    other.say(lease, built(lease.name()));
                    other.pass(lease);
                }
            }
            other.say(again, job("b2") + job("b1") + job("b0") + end(3));
            other.pass(again);
            awaitCompleted(second);
            while (server.statuses(second).containsValue("pending")) {
                build(other);
                String _ = await(
                        "what was built to be seen",
                        second,
                        () -> counts("count(*) filter (where status = 'running')", second) == 0
                                ? Optional.of("")
                                : Optional.empty());
            }
            awaitStatuses(second, Map.of("b0", "succeeded", "b1", "succeeded", "b2", "succeeded"));
        }
    }

    @Test
    void aServerThatIsKilledWhileItTakesInLosesAndDoublesNothing() throws Exception {
        int total = 10_000;
        start("600s");
        // The one of this process does not take part: it stays only to look at the database.
        ServerProcess there = ServerProcess.start(environment("there"));
        ScriptedRunner runner = runnerOf(there);
        String evaluation = trigger('4');
        Lease lease = evaluating(runner);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < total; i++) {
            lines.append(i % 10 == 9 ? job("c" + i, "c" + (i - 1)) : job("c" + i));
            if (i % 500 == 499) {
                runner.say(lease, lines.toString());
                lines.setLength(0);
            }
        }
        runner.say(lease, end(total));
        runner.pass(lease);
        awaitSome(evaluation, 1);
        there.kill();
        runner.fallSilent();
        assertThat(counts("count(*)", evaluation))
                .as("what was taken in before the kill")
                .isLessThan(total);
        try (ServerProcess again = ServerProcess.start(environment("there"));
                ScriptedRunner other = runnerOf(again)) {
            awaitCompleted(evaluation);
            assertThat(counts("count(*)", evaluation)).isEqualTo(total);
            assertThat(counts("count(distinct job_name)", evaluation)).isEqualTo(total);
            assertThat(counts("count(distinct job_id)", evaluation)).isEqualTo(total);
            for (int i = 0; i < 30; i++) {
                build(other);
            }
            String _ = await(
                    "30 successes",
                    evaluation,
                    () -> counts("count(*) filter (where status = 'succeeded')", evaluation) == 30
                            ? Optional.of("")
                            : Optional.empty());
            assertThat(counts("count(*) filter (where status = 'pending')", evaluation))
                    .isEqualTo(total - 30);
            long strangers = server.sql(
                    handle -> handle.createQuery("""
                            select count(*) from job j where j.state <> 'canceled'
                              and not exists (select 1 from circus.builds b where b.job_id = j.id)
                              and not exists (select 1 from circus.evaluations e where e.job_id = j.id)
                            """).mapTo(Long.class).one());
            assertThat(strangers).as("jobs of the engine that nobody asked for").isZero();
        }
    }
}
