package dev.trivet.harmont;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.accounts.AccountStore;
import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Organization;
import dev.trivet.accounts.Organizations;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import dev.trivet.engine.AttemptResult;
import dev.trivet.engine.Engine;
import dev.trivet.engine.EngineConfig;
import dev.trivet.engine.Lease;
import dev.trivet.engine.RunnerInfo;
import dev.trivet.engine.RunnerSession;
import dev.trivet.engine.Verdict;
import dev.trivet.harmont.PipelineStore.NewPipeline;
import dev.trivet.harmont.Scenario.End;
import dev.trivet.harmont.pipeline.Definition;
import dev.trivet.harmont.pipeline.PipelineParser;
import dev.trivet.store.Database;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random graphs with failures, retries and forgiveness end as the spec's rules say, and are folded right at every moment. */
class BuildFoldTest {
    @RegisterExtension
    static final TestDatabase DATABASE =
            TestDatabase.with(MigrationSet.ENGINE, AccountStore.MIGRATIONS, PipelineStore.MIGRATIONS);

    private Engine engine;
    private BuildStore builds;
    private JobStore jobs;
    private Builds actions;
    private Pipeline pipeline;
    private RunnerSession runner;

    @BeforeEach
    void make() {
        Database database = DATABASE.database();
        database.write(
                handle -> handle.execute("truncate run, queue, lease, accounts.users, accounts.organizations cascade"));
        engine = new Engine(database, Clock.systemUTC(), EngineConfig.DEFAULT);
        builds = new BuildStore(database);
        jobs = new JobStore(database);
        var pipelines = new PipelineStore(database);
        var settings = new HarmontSettings("http://ci.example.org", "host", Map.of(), "", Set.of());
        actions = new Builds(engine, pipelines, builds, new HarmontPlanner(settings), Clock.systemUTC());
        var user = new Accounts(database, Clock.systemUTC()).createUser("alice", "alice@example.org", false);
        Organization acme = new Organizations(database, Clock.systemUTC()).create(user, "acme", null);
        pipeline = pipelines
                .insert(
                        acme.id(),
                        new NewPipeline("p", "p", null, null, "local/p", null, "main"),
                        Clock.systemUTC().instant())
                .orElseThrow();
        runner = engine.register(new RunnerInfo(UUID.randomUUID(), "runner", Set.of(), Set.of(), 8));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void aRandomGraphEndsAsTheRulesSay(long seed) throws Exception {
        var scenario = new Scenario(seed);
        String ir = scenario.pipeline(3 + scenario.next(30));
        Build build = submit(ir);
        run(scenario, build, true, -1);
        check(scenario, build, PipelineParser.parse(ir));
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28})
    void aCancelLeavesWhatHasEndedAndCancelsTheRest(long seed) throws Exception {
        var scenario = new Scenario(seed);
        Build build = submit(scenario.pipeline(20));
        run(scenario, build, true, scenario.next(8));
        Build ended = builds.find(build.id()).orElseThrow();
        assertThat(ended.state()).isIn(BuildState.CANCELED, BuildState.PASSED, BuildState.FAILED);
        assertThat(jobs.of(build.id()))
                .allSatisfy(job -> assertThat(job.status().terminal()).isTrue());
        assertThat(actions.cancel(ended).state()).isEqualTo(ended.state());
    }

    @Test
    void aThousandJobsEndAsTheRulesSay() throws Exception {
        var scenario = new Scenario(99);
        String ir = scenario.pipeline(1000);
        Build build = submit(ir);
        run(scenario, build, false, -1);
        check(scenario, build, PipelineParser.parse(ir));
    }

    private Build submit(String ir) throws Exception {
        var form = new BuildForm(
                BuildSource.API,
                "main",
                null,
                null,
                null,
                Optional.of(ir),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
        return actions.submit(pipeline, form, ir, null, null);
    }

    /** Runs everything that can run, in a random order; perhaps cancels after some ends. */
    private void run(Scenario scenario, Build build, boolean looking, int cancelAfter) throws InterruptedException {
        List<Lease> held = new ArrayList<>();
        int ends = 0;
        boolean canceled = false;
        while (true) {
            held.addAll(engine.claim(runner, 1 + scenario.next(looking ? 5 : 200), Duration.ZERO));
            if (held.isEmpty()) {
                return;
            }
            Lease lease = held.remove(scenario.next(held.size()));
            if (looking) {
                look(build, canceled);
            }
            assertThat(engine.started(lease.ref())).isEqualTo(Verdict.ACCEPTED);
            if (looking) {
                look(build, canceled);
            }
            assertThat(engine.finish(result(scenario, lease))).isEqualTo(Verdict.ACCEPTED);
            ends++;
            if (ends == cancelAfter) {
                boolean open = !builds.find(build.id()).orElseThrow().state().terminal();
                var _ = actions.cancel(builds.find(build.id()).orElseThrow());
                canceled = open;
            }
            if (looking) {
                look(build, canceled);
            }
        }
    }

    private static AttemptResult result(Scenario scenario, Lease lease) {
        int code = scenario.exit(lease.name(), lease.ref().attempt());
        String snapshot = lease.freezes()
                ? "snapshot-" + lease.ref().jobId() + "-" + lease.ref().attempt()
                : null;
        return code == 0
                ? new AttemptResult(lease.ref(), JobEvent.PASS, Outcome.PASSED, snapshot)
                : new AttemptResult(
                        lease.ref(), JobEvent.FAIL, new Outcome(Reason.EXIT_CODE, code, null, "command"), snapshot);
    }

    private void look(Build build, boolean canceled) {
        assertThat(builds.find(build.id()).orElseThrow().state())
                .isEqualTo(Scenario.fold(jobs.of(build.id()), canceled));
    }

    private void check(Scenario scenario, Build build, Definition definition) {
        Map<String, End> expected = scenario.ends(definition);
        Map<String, End> seen = new HashMap<>();
        Map<String, @Nullable Integer> codes = new HashMap<>();
        for (Job job : jobs.of(build.id())) {
            End end = expected.get(job.stepKey());
            seen.put(job.stepKey(), new End(job.status(), job.softFailed(), end.attempts()));
            codes.put(
                    job.stepKey(), JobError.of(job.engineState(), job.outcome()).exitCode());
        }
        assertThat(seen).isEqualTo(expected);
        expected.forEach((key, end) -> assertThat(codes.get(key))
                .as("exit code of %s", key)
                .isEqualTo(end.attempts() == 0 ? null : (Integer) scenario.exit(key, end.attempts())));
        boolean failed =
                expected.values().stream().anyMatch(end -> end.status() == JobStatus.FAILED && !end.softFailed());
        Build ended = builds.find(build.id()).orElseThrow();
        assertThat(ended.state()).isEqualTo(failed ? BuildState.FAILED : BuildState.PASSED);
        assertThat(ended.finished()).isNotNull();
        List<UUID> seenIds = new ArrayList<>();
        for (Job job : jobs.of(build.id())) {
            assertThat(seenIds).containsAll(job.dependsOn());
            seenIds.add(job.id());
        }
    }
}
