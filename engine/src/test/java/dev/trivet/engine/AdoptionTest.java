package dev.trivet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.JobState;
import dev.trivet.core.state.RunState;
import dev.trivet.store.Database;
import dev.trivet.store.RunStore;
import dev.trivet.store.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Earlier successes that count for later jobs. */
@ExtendWith(TestDatabase.class)
class AdoptionTest {
    private EngineFixture fixture;
    private RunStore runs;
    private RunnerSession runner;

    @BeforeEach
    void open(Database database) {
        database.write(handle -> handle.execute(
                "delete from run; delete from queue; delete from lease; delete from runner; delete from snapshot"));
        fixture = new EngineFixture(database);
        runs = new RunStore(database);
        runner = fixture.runner();
    }

    @Test
    void aSuccessCountsForTheNextJobOfItsKeyWithSnapshotAndArtifacts() {
        passFirst("k1", "snap-1");
        SubmittedRun second = fixture.engine.submit(EngineFixture.plan(
                "alice",
                List.of(EngineFixture.job("deps").cachedAs("k1"), EngineFixture.job("test")),
                Edge.buildsIn("deps", "test")));
        assertThat(runs.job(second.jobIds().get("deps")).orElseThrow()).satisfies(job -> {
            assertThat(job.state()).isEqualTo(JobState.PASSED);
            assertThat(job.attempt()).isZero();
            assertThat(job.startedAt()).isNull();
            assertThat(job.finishedAt()).isNotNull();
            assertThat(job.outcome()).extracting(Outcome::reason).isEqualTo(Reason.CACHED);
        });
        assertThat(runs.artifacts(List.of(second.jobIds().get("deps"))))
                .singleElement()
                .satisfies(artifact -> assertThat(artifact.path()).isEqualTo("out.txt"));
        List<Lease> leases = fixture.claim(runner, 5);
        assertThat(leases).singleElement().satisfies(lease -> {
            assertThat(lease.name()).isEqualTo("test");
            assertThat(lease.base()).isEqualTo("snap-1");
        });
        fixture.pass(leases.getFirst());
        assertThat(runs.run(second.runId()).orElseThrow().state()).isEqualTo(RunState.PASSED);
    }

    @Test
    void aWholeChainOfHitsEndsAtOnce() {
        SubmittedRun first = chain();
        for (String key : List.of("a", "b", "c")) {
            Lease lease = fixture.claim(runner, 1).getFirst();
            assertThat(lease.freezes()).isTrue();
            finish(lease, "snap-" + key);
        }
        assertThat(runs.run(first.runId()).orElseThrow().state()).isEqualTo(RunState.PASSED);
        SubmittedRun second = chain();
        assertThat(runs.run(second.runId()).orElseThrow()).satisfies(run -> {
            assertThat(run.state()).isEqualTo(RunState.PASSED);
            assertThat(run.startedAt()).isNull();
            assertThat(run.finishedAt()).isNotNull();
        });
        assertThat(fixture.claim(runner, 5)).isEmpty();
    }

    @Test
    void anotherKeyAFailureAndAGoneRunnerAreNoHits() {
        passFirst("k1", "snap-1");
        submit("k2");
        Lease other = fixture.claim(runner, 1).getFirst();
        fixture.fail(other, 3);
        submit("k2");
        assertThat(fixture.claim(runner, 1)).hasSize(1);
        fixture.engine.leave(runner);
        submit("k1");
        assertThat(fixture.claim(fixture.runner(), 5)).extracting(Lease::name).contains("only");
    }

    @Test
    void whatIsKeptIsNotReleasedUntilItIsForgotten() {
        passFirst("k1", "snap-1");
        assertThat(fixture.engine.beat(runner).releasable()).isEmpty();
        fixture.clock.advance(Duration.ofDays(15));
        fixture.engine.beat(runner);
        fixture.engine.sweep();
        assertThat(fixture.engine.beat(runner).releasable()).containsExactly("snap-1");
        fixture.engine.snapshotsReleased(runner, List.of("snap-1"));
        assertThat(fixture.engine.beat(runner).releasable()).isEmpty();
        submit("k1");
        assertThat(fixture.claim(runner, 5)).hasSize(1);
    }

    @Test
    void aNewerSuccessTakesThePlaceOfAnOlderOne() {
        passFirst("k1", "snap-1");
        fixture.engine.snapshotsReleased(runner, List.of("snap-1"));
        passFirst("k1", "snap-2");
        assertThat(fixture.engine.snapshots(runner)).containsExactly("snap-2");
        assertThat(fixture.engine.beat(runner).releasable()).isEmpty();
    }

    @Test
    void aSnapshotThatWasReplacedIsReleased() {
        passFirst("k1", "snap-1");
        // The same key ran twice at once: the second success replaces the first, whose file system nobody needs.
        submit("k9");
        submit("k9");
        List<Lease> both = fixture.claim(runner, 2);
        finish(both.get(0), "snap-2");
        finish(both.get(1), "snap-3");
        assertThat(fixture.engine.beat(runner).releasable()).containsExactly("snap-2");
    }

    private void passFirst(String key, String snapshot) {
        submit(key);
        Lease lease = fixture.claim(runner, 1).getFirst();
        fixture.engine.started(lease.ref());
        fixture.engine.artifactAdded(new NewArtifact(lease.ref(), "out.txt", "out.txt", 3, "ab".repeat(32)));
        finish(lease, snapshot);
    }

    private void finish(Lease lease, String snapshot) {
        fixture.engine.started(lease.ref());
        assertThat(fixture.engine.finish(new AttemptResult(lease.ref(), JobEvent.PASS, Outcome.PASSED, snapshot)))
                .isEqualTo(Verdict.ACCEPTED);
    }

    private void submit(String key) {
        fixture.engine.submit(
                EngineFixture.plan("alice", List.of(EngineFixture.job("only").cachedAs(key))));
    }

    private SubmittedRun chain() {
        return fixture.engine.submit(EngineFixture.plan(
                "alice",
                List.of(cached("a"), cached("b"), cached("c")),
                Edge.buildsIn("a", "b"),
                Edge.dependsOn("b", "c")));
    }

    private static PlannedJob cached(String key) {
        return EngineFixture.job(key).cachedAs("chain-" + key);
    }
}
