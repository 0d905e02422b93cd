package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.NixLines.built;
import static dev.trivet.server.NixLines.builtOn;
import static dev.trivet.server.NixLines.end;
import static dev.trivet.server.NixLines.job;
import static dev.trivet.server.NixLines.jobFor;
import static dev.trivet.server.NixLines.unreachable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.plan.NixSpec;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import dev.trivet.engine.Lease;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Who builds what and in which order, and what becomes of machines that fail (spec circus sections 5.1 and 5.3). */
class CircusMachinesTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    /** A system that the runner itself has not got. */
    private static final String FAR_SYSTEM = "riscv64-linux";

    @TempDir
    static Path directory;

    private static CircusServer server;
    private static String token;
    private ScriptedRunner runner;

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
    void register() {
        runner = new ScriptedRunner(server.address(), token, directory);
    }

    @AfterEach
    void forget() throws Exception {
        for (JsonNode project : ok(server.admin().get("projects")).get("items")) {
            String path = "projects/" + project.get("id").asString();
            assertThat(server.admin().delete(path).status()).isEqualTo(204);
        }
        server.sql(handle -> handle.execute("delete from circus.remote_builders"));
        runner.close();
    }

    /** A name that nothing has. */
    private static String fresh(String name) {
        return name + NUMBERS.incrementAndGet();
    }

    /** A jobset whose repository nobody looks at; answers its id. */
    private static String jobset(int shares) throws Exception {
        CircusClient admin = server.admin();
        String project = ok(admin.post(
                        "projects", Map.of("name", fresh("p"), "repository_url", "https://example.org/p")))
                .get("id")
                .asString();
        Map<String, Object> body =
                Map.of("name", "j", "nix_expression", "x.nix", "scheduling_shares", shares, "check_interval", 86400);
        return ok(admin.post("projects/" + project + "/jobsets", body))
                .get("id")
                .asString();
    }

    /** Has the runner find these jobs; answers the evaluation. */
    private String found(String jobset, List<String> jobs) throws Exception {
        String evaluation = trigger(jobset);
        find(runner.claim(), evaluation, jobs);
        return evaluation;
    }

    private static String trigger(String jobset) throws Exception {
        String commit = "%040x".formatted(NUMBERS.incrementAndGet());
        return server.admin()
                .post("evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", commit))
                .json()
                .get("id")
                .asString();
    }

    private void find(Lease evaluating, String evaluation, List<String> jobs) throws Exception {
        assertThat(evaluating.spec().nix()).isInstanceOf(NixSpec.Evaluate.class);
        runner.say(evaluating, String.join("", jobs) + end(jobs.size()));
        runner.pass(evaluating);
        String _ = await(
                "the evaluation to be over",
                evaluation,
                () -> Optional.of(ok(server.admin().get("evaluations/" + evaluation))
                                .get("status")
                                .asString())
                        .filter("completed"::equals));
    }

    private static <T> T await(String what, String evaluation, Eventually.Question<T> question) throws Exception {
        return Eventually.await(what, question, () -> server.statuses(evaluation));
    }

    private static void awaitStatus(String evaluation, String name, String status) throws Exception {
        String _ = await(
                name + " to be " + status,
                evaluation,
                () -> Optional.ofNullable(server.statuses(evaluation).get(name)).filter(status::equals));
    }

    private static JsonNode build(String evaluation, String name) throws Exception {
        return ok(server.admin().get("builds?job_name=" + name + "&evaluation_id=" + evaluation))
                .at("/items/0");
    }

    private static String machine(String name, String system) throws Exception {
        return ok(server.admin()
                        .post(
                                "admin/builders",
                                Map.of("name", name, "ssh_uri", "ssh-ng://" + name, "systems", List.of(system))))
                .get("id")
                .asString();
    }

    private static JsonNode machine(String id) throws Exception {
        return ok(server.admin().get("admin/builders/" + id));
    }

    private static List<String> asked(Lease lease) {
        assertThat(lease.spec().nix()).isInstanceOf(NixSpec.Build.class);
        return ((NixSpec.Build) lease.spec().nix()).builders();
    }

    /** The pause of a machine, as if it were over. */
    private static void passTime(String machine) {
        server.sql(handle -> handle.createUpdate("""
                        update circus.remote_builders set disabled_until = now() - interval '1 second' where id = cast(:id as uuid)
                        """).bind("id", machine).execute());
    }

    @Test
    void aMachineThatIsNotReachedIsAskedMoreAndMoreRarelyUntilItBuilds() throws Exception {
        String far = machine("far", "x86_64-linux");
        String jobset = jobset(100);
        List<Integer> pauses = List.of(60, 180, 540, 1620, 1620);
        for (int i = 0; i < pauses.size(); i++) {
            String name = fresh("a");
            String evaluation = found(jobset, List.of(job(name)));
            Lease lease = runner.claim();
            assertThat(asked(lease)).singleElement().asString().contains("ssh-ng://far");
            // It is built here all the same: that the machine was away is not the build's failure.
            runner.say(lease, unreachable("ssh-ng://far") + built(name));
            runner.pass(lease);
            awaitStatus(evaluation, name, "succeeded");
            assertThat(build(evaluation, name).get("builder_id").isNull()).isTrue();
            JsonNode row = machine(far);
            assertThat(row.get("consecutive_failures").asInt()).isEqualTo(Math.min(i + 1, 4));
            Instant failed = Instant.parse(row.get("last_failure").asString());
            Instant until = Instant.parse(row.get("disabled_until").asString());
            assertThat(Duration.between(failed, until).toSeconds())
                    .isBetween((long) pauses.get(i), pauses.get(i) + 30L);
            if (i == 0) {
                String meanwhile = fresh("b");
                String other = found(jobset, List.of(job(meanwhile)));
                Lease unasked = runner.claim();
                assertThat(asked(unasked))
                        .as("machines that are asked in the pause")
                        .isEmpty();
                runner.say(unasked, built(meanwhile));
                runner.pass(unasked);
                awaitStatus(other, meanwhile, "succeeded");
            }
            passTime(far);
        }
        String name = fresh("c");
        String evaluation = found(jobset, List.of(job(name)));
        Lease lease = runner.claim();
        runner.say(lease, builtOn("ssh-ng://far", name));
        runner.pass(lease);
        awaitStatus(evaluation, name, "succeeded");
        assertThat(build(evaluation, name).get("builder_id").asString()).isEqualTo(far);
        JsonNode row = machine(far);
        assertThat(row.get("consecutive_failures").asInt()).isZero();
        assertThat(row.get("disabled_until").isNull()).isTrue();
        assertThat(row.get("last_failure").isNull()).isTrue();
    }

    @Test
    void aBuildWhoseMachineWasLostIsBuiltOnAnother() throws Exception {
        String far = machine("far", FAR_SYSTEM);
        String jobset = jobset(100);
        String name = fresh("a");
        String evaluation = found(jobset, List.of(jobFor(FAR_SYSTEM, name)));
        Lease lease = runner.claim();
        String near = machine("near", FAR_SYSTEM);
        Lease again = lost(lease, "ssh-ng://far");
        assertThat(asked(again)).singleElement().asString().contains("ssh-ng://near");
        assertThat(build(evaluation, name).get("retry_count").asInt()).isEqualTo(1);
        assertThat(machine(far).get("consecutive_failures").asInt()).isEqualTo(1);
        runner.say(again, builtOn("ssh-ng://near", name));
        runner.pass(again);
        awaitStatus(evaluation, name, "succeeded");
        assertThat(build(evaluation, name).get("builder_id").asString()).isEqualTo(near);
    }

    @Test
    void aBuildThatNothingIsThereForGoesToTheMachineThatComes() throws Exception {
        String name = fresh("a");
        String after = fresh("b");
        String evaluation = found(jobset(100), List.of(jobFor(FAR_SYSTEM, name), jobFor(FAR_SYSTEM, after, name)));
        String _ = await(
                "the builds to be queued",
                evaluation,
                () -> queued(evaluation) == 2 ? Optional.of("") : Optional.empty());
        String late = machine("late", FAR_SYSTEM);
        for (String one : List.of(name, after)) {
            Lease lease = runner.claim();
            assertThat(lease.name()).isEqualTo(one);
            assertThat(asked(lease)).singleElement().asString().contains("ssh-ng://late");
            runner.say(lease, builtOn("ssh-ng://late", one));
            runner.pass(lease);
            awaitStatus(evaluation, one, "succeeded");
            assertThat(build(evaluation, one).get("builder_id").asString()).isEqualTo(late);
        }
    }

    @Test
    void aBuildIsNotTriedAgainForEver() throws Exception {
        List<String> machines = named("m", 4);
        for (String name : machines) {
            String _ = machine(name, FAR_SYSTEM);
        }
        String name = fresh("a");
        String evaluation = found(jobset(100), List.of(jobFor(FAR_SYSTEM, name)));
        Lease lease = runner.claim();
        assertThat(build(evaluation, name).get("max_retries").asInt()).isEqualTo(3);
        for (String lost : machines.subList(0, 3)) {
            lease = lost(lease, "ssh-ng://" + lost);
        }
        assertThat(asked(lease)).singleElement().asString().contains("ssh-ng://" + machines.getLast());
        loseAttempts(lease, "ssh-ng://" + machines.getLast());
        awaitStatus(evaluation, name, "aborted");
        assertThat(build(evaluation, name).get("retry_count").asInt()).isEqualTo(3);
    }

    /** Loses a machine until the engine gives up; answers the job that comes then. */
    private Lease lost(Lease lease, String machine) throws Exception {
        long before = lease.ref().jobId();
        loseAttempts(lease, machine);
        Lease next = runner.claim();
        assertThat(next.ref().jobId()).as("another job of the engine").isNotEqualTo(before);
        return next;
    }

    /** What the engine repeats by itself is lost, too. */
    private void loseAttempts(Lease lease, String machine) throws Exception {
        Lease one = lease;
        for (int losses = 0; ; losses++) {
            runner.say(one, unreachable(machine));
            runner.finish(one, JobEvent.LOSE, Outcome.of(Reason.RUNNER_LOST, "the machine is gone"));
            if (losses == 3) {
                return;
            }
            one = runner.claim();
            assertThat(one.ref().jobId()).isEqualTo(lease.ref().jobId());
        }
    }

    @Test
    void jobsetsShareMachinesAsTheirSharesSay() throws Exception {
        String much = jobset(300);
        String little = jobset(100);
        String none = jobset(0);
        List<String> a = named("a", 40);
        List<String> b = named("b", 40);
        List<String> c = named("c", 2);
        // All are evaluated before anything is built.
        String never = trigger(none);
        Lease evaluatingNever = runner.claim();
        String first = trigger(little);
        Lease evaluatingFirst = runner.claim();
        String second = trigger(much);
        find(runner.claim(), second, jobs(a));
        find(evaluatingFirst, first, jobs(b));
        find(evaluatingNever, never, jobs(c));
        for (String evaluation : List.of(first, second)) {
            String _ = await(
                    "the builds to be queued",
                    evaluation,
                    () -> queued(evaluation) == 40 ? Optional.of("") : Optional.empty());
        }
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 40; i++) {
            Lease lease = runner.claim();
            counts.merge(
                    a.contains(lease.name()) ? "much" : b.contains(lease.name()) ? "little" : "none", 1, Integer::sum);
            runner.say(lease, built(lease.name()));
            runner.pass(lease);
        }
        assertThat(counts.keySet()).isEqualTo(Set.of("much", "little"));
        assertThat(counts.get("much")).isBetween(29, 31);
        // As many more, with shares that were changed meanwhile.
        share(little, 900);
        counts.clear();
        for (int i = 0; i < 10; i++) {
            Lease lease = runner.claim();
            counts.merge(a.contains(lease.name()) ? "much" : "little", 1, Integer::sum);
            runner.say(lease, built(lease.name()));
            runner.pass(lease);
        }
        assertThat(counts.get("little")).as("after the change").isBetween(6, 9);
        assertThat(server.statuses(never))
                .hasSize(2)
                .allSatisfy((_, status) -> assertThat(status).isEqualTo("pending"));
        assertThat(queued(never)).isZero();
    }

    private static void share(String jobset, int shares) throws Exception {
        String project = server.sql(
                handle -> handle.createQuery("select project_id from circus.jobsets where id = cast(:id as uuid)")
                        .bind("id", jobset)
                        .mapTo(String.class)
                        .one());
        JsonNode _ = ok(
                server.admin().put("projects/" + project + "/jobsets/" + jobset, Map.of("scheduling_shares", shares)));
    }

    private static List<String> named(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(_ -> fresh(prefix)).toList();
    }

    private static List<String> jobs(List<String> names) {
        return names.stream().map(name -> job(name)).toList();
    }

    /** How many builds the engine has jobs for. */
    private static long queued(String evaluation) {
        return server.sql(handle ->
                handle.createQuery("""
                        select count(*) from circus.builds where evaluation_id = cast(:id as uuid) and job_id is not null
                        """).bind("id", evaluation).mapTo(Long.class).one());
    }
}
