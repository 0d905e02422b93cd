package dev.trivet.engine;

import static dev.trivet.core.state.JobState.CANCELED;
import static dev.trivet.core.state.JobState.FAILED;
import static dev.trivet.core.state.JobState.LOST;
import static dev.trivet.core.state.JobState.PASSED;
import static dev.trivet.core.state.JobState.READY;
import static dev.trivet.core.state.JobState.RUNNING;
import static dev.trivet.core.state.JobState.SKIPPED;
import static dev.trivet.core.state.JobState.TIMED_OUT;
import static dev.trivet.core.state.JobState.WAITING;
import static dev.trivet.engine.EngineFixture.job;
import static dev.trivet.engine.EngineFixture.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.plan.PlanException;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.plan.RetryPolicy;
import dev.trivet.core.plan.SoftFail;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.RunState;
import dev.trivet.core.state.StepState;
import dev.trivet.store.Database;
import dev.trivet.store.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDatabase.class)
class EngineTest {
    private EngineFixture on;

    @BeforeEach
    void emptyQueue(Database database) {
        on = new EngineFixture(database);
        database.write(
                handle -> handle.execute(
                        "delete from run; delete from queue; delete from delayed; delete from lease; delete from runner; delete from event; delete from listener_cursor; delete from tenant"));
    }

    @Test
    void aRunGoesFromSubmissionToItsEnd() {
        SubmittedRun run = on.submit("a");
        assertThat(on.states(run.runId())).containsEntry("a", READY);
        assertThat(on.runState(run.runId())).isEqualTo(RunState.QUEUED);

        Lease lease = on.claim(on.runner(), 5).getFirst();
        assertThat(lease.ref()).isEqualTo(new AttemptRef(run.onlyJob(), 1));
        assertThat(on.engine.started(lease.ref())).isEqualTo(Verdict.ACCEPTED);
        assertThat(on.runState(run.runId())).isEqualTo(RunState.RUNNING);
        on.engine.stepChanged(new StepChange(lease.ref(), 1, StepState.RUNNING, null));
        on.engine.stepChanged(new StepChange(lease.ref(), 1, StepState.PASSED, 0));
        assertThat(on.pass(lease)).isEqualTo(Verdict.ACCEPTED);

        assertThat(on.states(run.runId())).containsEntry("a", PASSED);
        assertThat(on.runState(run.runId())).isEqualTo(RunState.PASSED);
        assertThat(on.eventKinds(run.runId()))
                .containsExactly(
                        "run.submitted",
                        "job.ready",
                        "run.queued",
                        "job.running",
                        "run.running",
                        "step.running",
                        "step.passed",
                        "job.passed",
                        "run.passed");
        assertThat(on.count("queue")).isZero();
        assertThat(on.count("lease")).isZero();
    }

    @Test
    void aDiamondRunsInOrderAndAFailedArmSkipsTheJoin() {
        SubmittedRun run = on.engine.submit(plan(
                "alice",
                List.of(job("top"), job("left"), job("right"), job("join"), job("report")),
                Edge.dependsOn("top", "left"),
                Edge.dependsOn("top", "right"),
                Edge.dependsOn("left", "join"),
                Edge.dependsOn("right", "join"),
                new Edge("join", "report", Edge.Kind.DEPENDS_ON, Edge.Condition.FINISHED)));
        on.runAll(on.runner(), lease -> lease.name().equals("left") ? on.fail(lease, 1) : on.pass(lease));
        assertThat(on.states(run.runId()))
                .containsEntry("top", PASSED)
                .containsEntry("left", FAILED)
                .containsEntry("right", PASSED)
                .containsEntry("join", SKIPPED)
                .containsEntry("report", PASSED);
        assertThat(on.runState(run.runId())).isEqualTo(RunState.FAILED);
    }

    @Test
    void twoEdgesBetweenTheSameJobsAreOneAsStrongAsBoth(Database database) {
        SubmittedRun run = on.engine.submit(plan(
                "alice",
                List.of(job("base"), job("child")),
                new Edge("base", "child", Edge.Kind.DEPENDS_ON, Edge.Condition.FINISHED),
                Edge.buildsIn("base", "child")));
        assertThat(on.count("job_edge")).isOne();
        long base = database.read(handle -> handle.createQuery("select builds_in from job where id = :child")
                .bind("child", run.jobIds().get("child"))
                .mapTo(Long.class)
                .one());
        assertThat(base).isEqualTo(run.jobIds().get("base"));
        on.runAll(on.runner(), lease -> on.fail(lease, 1));
        assertThat(on.states(run.runId())).containsEntry("child", SKIPPED);
    }

    @Test
    void amongManyAtOnceOnlyTheRefusedSubmissionsAreMissing() throws Exception {
        var accepted = new ConcurrentHashMap<Integer, SubmittedRun>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int index = 0; index < 100; index++) {
                int number = index;
                var _ = callers.submit(() -> {
                    SubmittedRun run = on.engine.submit(
                            plan(
                                    "alice",
                                    List.of(job("a" + number), job("b" + number)),
                                    Edge.dependsOn("a" + number, "b" + number)),
                            (handle, written) -> {
                                if (number % 10 == 0) {
                                    throw new IllegalStateException("refused by its dialect");
                                }
                            });
                    accepted.put(number, run);
                });
            }
        }
        assertThat(accepted).hasSize(90).doesNotContainKey(50);
        assertThat(on.count("run")).isEqualTo(90);
        assertThat(on.count("queue")).isEqualTo(90);
        accepted.forEach((number, run) -> assertThat(on.states(run.runId()))
                .containsOnly(Map.entry("a" + number, READY), Map.entry("b" + number, WAITING)));
    }

    @Test
    void aSoftFailureSatisfiesItsDependents() {
        PlannedJob soft = new PlannedJob(
                "soft",
                "soft",
                EngineFixture.spec(),
                job("x").requirements(),
                0,
                RetryPolicy.DEFAULT,
                new SoftFail(false, Set.of(3)));
        SubmittedRun run = on.engine.submit(plan("alice", List.of(soft, job("next")), Edge.dependsOn("soft", "next")));
        on.runAll(on.runner(), lease -> lease.name().equals("soft") ? on.fail(lease, 3) : on.pass(lease));
        assertThat(on.states(run.runId())).containsEntry("soft", FAILED).containsEntry("next", PASSED);
        assertThat(on.runState(run.runId())).isEqualTo(RunState.PASSED);
    }

    @Test
    void aFailureIsRetriedAsThePolicySaysWithBackoff() {
        var policy = new RetryPolicy(0, 2, Set.of(7), false, Duration.ofSeconds(10), Duration.ofMinutes(1));
        SubmittedRun run = on.engine.submit(plan(
                "alice",
                List.of(new PlannedJob(
                        "a", "a", EngineFixture.spec(), job("x").requirements(), 0, policy, SoftFail.NEVER))));
        RunnerSession runner = on.runner();
        on.fail(on.claim(runner, 1).getFirst(), 7);
        assertThat(on.states(run.runId())).containsEntry("a", READY);
        assertThat(on.claim(runner, 1)).as("within the back-off").isEmpty();
        on.clock.advance(Duration.ofSeconds(10));
        on.engine.beat(runner);
        Lease second = on.claim(runner, 1).getFirst();
        assertThat(second.ref().attempt()).isEqualTo(2);
        on.fail(second, 7);
        on.clock.advance(Duration.ofSeconds(19));
        on.engine.beat(runner);
        assertThat(on.claim(runner, 1)).as("the back-off doubles").isEmpty();
        on.clock.advance(Duration.ofSeconds(1));
        on.fail(on.claim(runner, 1).getFirst(), 7);
        assertThat(on.states(run.runId())).containsEntry("a", FAILED);
        assertThat(on.eventKinds(run.runId())).filteredOn("job.retried"::equals).hasSize(2);
    }

    @Test
    void anotherExitCodeIsNotRetried() {
        var policy = new RetryPolicy(0, 2, Set.of(7), false, Duration.ZERO, Duration.ZERO);
        SubmittedRun run = on.engine.submit(plan(
                "alice",
                List.of(new PlannedJob(
                        "a", "a", EngineFixture.spec(), job("x").requirements(), 0, policy, SoftFail.NEVER))));
        on.fail(on.claim(on.runner(), 1).getFirst(), 1);
        assertThat(on.states(run.runId())).containsEntry("a", FAILED);
    }

    @Test
    void aSilentRunnerLosesItsJobsAndTheyRunOnceMore() {
        SubmittedRun run = on.submit("a");
        RunnerSession dead = on.runner();
        RunnerSession alive = on.runner();
        Lease first = on.claim(dead, 1).getFirst();
        on.engine.started(first.ref());
        for (int second = 0; second < 15; second++) {
            on.clock.advance(Duration.ofSeconds(1));
            on.engine.beat(alive);
            on.engine.sweep();
        }
        assertThat(on.states(run.runId())).as("noticed within 15 s").containsEntry("a", READY);
        Lease second = on.claim(alive, 1).getFirst();
        assertThat(second.ref().attempt()).isEqualTo(2);

        assertThat(on.engine.beat(dead).held())
                .as("what the dead one still believes in")
                .isEmpty();
        assertThat(on.pass(first)).as("stale").isEqualTo(Verdict.STALE);
        assertThat(on.engine.stepChanged(new StepChange(first.ref(), 1, StepState.PASSED, 0)))
                .isEqualTo(Verdict.STALE);
        assertThat(on.engine.artifactAdded(new NewArtifact(first.ref(), "x", "x", 1, "00")))
                .isEqualTo(Verdict.STALE);
        assertThat(on.engine.started(first.ref())).isEqualTo(Verdict.STALE);
        on.engine.started(second.ref());
        assertThat(on.states(run.runId())).containsEntry("a", RUNNING);

        on.engine.leave(alive);
        on.engine.sweep();
        assertThat(on.states(run.runId())).as("a second loss is final").containsEntry("a", LOST);
        assertThat(on.runState(run.runId())).isEqualTo(RunState.FAILED);
    }

    @Test
    void runnersGetTheirFullTimeAfterTheServerWasAway() {
        SubmittedRun run = on.submit("a");
        RunnerSession runner = on.runner();
        on.engine.started(on.claim(runner, 1).getFirst().ref());
        on.engine.sweep();
        on.clock.advance(Duration.ofMinutes(5));
        on.engine.sweep();
        on.clock.advance(Duration.ofSeconds(5));
        on.engine.sweep();
        assertThat(on.states(run.runId())).containsEntry("a", RUNNING);
        on.engine.beat(runner);
        on.clock.advance(Duration.ofSeconds(5));
        on.engine.sweep();
        assertThat(on.states(run.runId())).containsEntry("a", RUNNING);
    }

    @Test
    void aRunnerThatRegistersAgainLosesWhatItsOldSelfHeld() {
        SubmittedRun run = on.submit("a");
        var info = new RunnerInfo(UUID.randomUUID(), "r", Set.of(), Set.of(), 1);
        RunnerSession old = on.engine.register(info);
        Lease lease = on.claim(old, 1).getFirst();
        RunnerSession fresh = on.engine.register(info);
        assertThat(on.engine.beat(old).superseded()).isTrue();
        assertThat(on.claim(old, 1)).isEmpty();
        assertThat(on.claim(fresh, 1).getFirst().ref()).isEqualTo(new AttemptRef(run.onlyJob(), 2));
        assertThat(on.pass(lease)).isEqualTo(Verdict.STALE);
    }

    @Test
    void aHeldRunWaitsForItsRelease() {
        Plan held = new Plan(
                "test",
                "alice",
                "t",
                List.of(job("a"), job("b")),
                List.of(Edge.dependsOn("a", "b")),
                true,
                null,
                Map.of());
        SubmittedRun run = on.engine.submit(held);
        assertThat(on.runState(run.runId())).isEqualTo(RunState.HELD);
        assertThat(on.claim(on.runner(), 1)).isEmpty();
        assertThat(on.engine.release(run.runId())).isTrue();
        assertThat(on.engine.release(run.runId())).isFalse();
        assertThat(on.states(run.runId())).containsEntry("a", READY).containsEntry("b", WAITING);
        on.runAll(on.runner(), on::pass);
        assertThat(on.runState(run.runId())).isEqualTo(RunState.PASSED);
    }

    @Test
    void cancelEndsWaitingJobsAtOnceAndAsksRunningOnesToStop() {
        SubmittedRun run =
                on.engine.submit(plan("alice", List.of(job("a"), job("b"), job("c")), Edge.dependsOn("a", "c")));
        RunnerSession runner = on.runner();
        Lease lease = on.claim(runner, 1).getFirst();
        on.engine.started(lease.ref());
        assertThat(on.engine.cancelRun(run.runId())).isTrue();
        assertThat(on.states(run.runId()))
                .containsEntry("a", RUNNING)
                .containsEntry("b", CANCELED)
                .containsEntry("c", CANCELED);
        assertThat(on.runState(run.runId())).isEqualTo(RunState.CANCELING);
        assertThat(on.engine.beat(runner).stops()).containsEntry(lease.ref(), StopReason.CANCEL);
        on.pass(lease);
        assertThat(on.states(run.runId())).as("passed while canceling").containsEntry("a", CANCELED);
        assertThat(on.runState(run.runId())).isEqualTo(RunState.CANCELED);
        assertThat(on.engine.cancelRun(run.runId())).isFalse();
        assertThat(on.count("queue")).isZero();
    }

    @Test
    void oneJobCanBeCanceledAndItsDependentsAreSkipped() {
        SubmittedRun run =
                on.engine.submit(plan("alice", List.of(job("a"), job("b"), job("c")), Edge.dependsOn("a", "b")));
        assertThat(on.engine.cancelJob(run.jobIds().get("a"))).isTrue();
        assertThat(on.states(run.runId())).containsEntry("a", CANCELED).containsEntry("b", SKIPPED);
        on.runAll(on.runner(), on::pass);
        assertThat(on.runState(run.runId())).isEqualTo(RunState.PASSED);
    }

    @Test
    void aRunTimesOutFromItsFirstStart() {
        SubmittedRun run = on.engine.submit(new Plan(
                "test",
                "alice",
                "t",
                List.of(job("a"), job("b")),
                List.of(Edge.dependsOn("a", "b")),
                false,
                Duration.ofMinutes(2),
                Map.of()));
        on.clock.advance(Duration.ofHours(1));
        on.engine.sweep();
        assertThat(on.states(run.runId()))
                .as("time in the queue does not count")
                .containsEntry("a", READY);
        RunnerSession runner = on.runner();
        Lease lease = on.claim(runner, 1).getFirst();
        on.engine.started(lease.ref());
        for (int i = 0; i < 12; i++) {
            on.clock.advance(Duration.ofSeconds(10));
            on.engine.beat(runner);
            on.engine.sweep();
        }
        assertThat(on.states(run.runId())).containsEntry("b", TIMED_OUT);
        assertThat(on.engine.beat(runner).stops()).containsEntry(lease.ref(), StopReason.RUN_TIMEOUT);
        on.engine.finish(new AttemptResult(lease.ref(), JobEvent.CANCEL, Outcome.of(Reason.CANCELED, "stopped"), null));
        assertThat(on.states(run.runId())).containsEntry("a", TIMED_OUT);
        assertThat(on.runState(run.runId())).isEqualTo(RunState.TIMED_OUT);
    }

    @Test
    void aRunGrowsWhileItRuns() {
        SubmittedRun run = on.submit("evaluate");
        RunnerSession runner = on.runner();
        Lease evaluating = on.claim(runner, 1).getFirst();
        on.engine.started(evaluating.ref());
        on.engine.grow(run.runId(), List.of(job("x"), job("y")), List.of(Edge.dependsOn("x", "y")));
        on.engine.grow(run.runId(), List.of(job("z")), List.of(Edge.dependsOn("evaluate", "z")));
        assertThatThrownBy(() -> on.engine.grow(run.runId(), List.of(job("x")), List.of()))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("'x'");
        on.pass(evaluating);
        on.runAll(runner, on::pass);
        assertThat(on.states(run.runId()).values()).containsOnly(PASSED).hasSize(4);
        assertThatThrownBy(() -> on.engine.grow(run.runId(), List.of(job("late")), List.of()))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("has ended");
    }

    @Test
    void growthMayHangOnJobsThatHaveEnded() {
        SubmittedRun run = on.submit("good", "bad", "open");
        RunnerSession runner = on.runner();
        for (Lease lease : on.claim(runner, 3)) {
            switch (lease.name()) {
                case "good" -> on.pass(lease);
                case "bad" -> on.fail(lease, 1);
                default -> on.engine.started(lease.ref());
            }
        }
        on.engine.grow(
                run.runId(),
                List.of(job("a"), job("b"), job("c")),
                List.of(Edge.dependsOn("good", "a"), Edge.dependsOn("bad", "b"), Edge.dependsOn("b", "c")));
        assertThat(on.states(run.runId()))
                .containsEntry("a", READY)
                .containsEntry("b", SKIPPED)
                .containsEntry("c", SKIPPED);
    }

    @Test
    void requirementsAndMandatoryFeaturesDecideWhoRunsWhat() {
        on.engine.submit(plan("alice", List.of(job("plain", 0), job("kvm", 0, "x86_64-linux", "kvm"))));
        RunnerSession small = on.runner("x86_64-linux");
        assertThat(on.claim(small, 5)).extracting(Lease::name).containsExactly("plain");
        RunnerSession picky = on.engine.register(
                new RunnerInfo(UUID.randomUUID(), "p", Set.of("x86_64-linux", "kvm", "big"), Set.of("big"), 1));
        assertThat(on.claim(picky, 5)).isEmpty();
        assertThat(on.claim(on.runner("x86_64-linux", "kvm"), 5))
                .extracting(Lease::name)
                .containsExactly("kvm");
    }

    @Test
    void higherPriorityComesFirstWithinATenant() {
        on.engine.submit(
                plan("alice", List.of(job("low", -5), job("normal", 0), job("high", 9), job("kvm", 20, "kvm"))));
        RunnerSession runner = on.runner("kvm");
        assertThat(List.of(1, 2, 3, 4))
                .extracting(i -> on.claim(runner, 1).getFirst().name())
                .containsExactly("kvm", "high", "normal", "low");
    }

    @Test
    void tenantsWithBacklogGetTheirShares() {
        on.engine.share("big", 300);
        for (String tenant : List.of("big", "small", "late")) {
            if (!tenant.equals("late")) {
                on.engine.submit(plan(
                        tenant,
                        java.util.stream.IntStream.range(0, 400)
                                .mapToObj(i -> job("j" + i))
                                .toList()));
            }
        }
        RunnerSession runner = on.runner();
        Map<String, Integer> got = new java.util.HashMap<>();
        for (int i = 0; i < 200; i++) {
            on.claim(runner, 1).forEach(lease -> got.merge(lease.tenant(), 1, Integer::sum));
        }
        assertThat(got.get("big")).isBetween(145, 155);
        assertThat(got.get("small")).isBetween(45, 55);
        on.engine.submit(plan("late", List.of(job("only"))));
        assertThat(List.of(1, 2, 3, 4))
                .as("a newcomer is served at once")
                .extracting(i -> on.claim(runner, 1).getFirst().tenant())
                .contains("late");
    }

    @Test
    void aChildBuildsInItsParentsSnapshot() {
        SubmittedRun run =
                on.engine.submit(plan("alice", List.of(job("parent"), job("child")), Edge.buildsIn("parent", "child")));
        RunnerSession runner = on.runner();
        Lease parent = on.claim(runner, 1).getFirst();
        assertThat(parent.freezes()).isTrue();
        on.engine.started(parent.ref());
        on.engine.finish(new AttemptResult(parent.ref(), JobEvent.PASS, Outcome.PASSED, "snap-1"));
        Lease child = on.claim(runner, 1).getFirst();
        assertThat(child.freezes()).isFalse();
        assertThat(child.base()).isEqualTo("snap-1");
        assertThat(child.baseRunner()).isEqualTo(runner.runner().id());
        assertThat(on.engine.beat(runner).releasable()).as("still needed").isEmpty();
        on.pass(child);
        assertThat(on.engine.beat(runner).releasable()).containsExactly("snap-1");
        on.engine.snapshotsReleased(runner, List.of("snap-1"));
        assertThat(on.engine.beat(runner).releasable()).isEmpty();
        assertThat(on.runState(run.runId())).isEqualTo(RunState.PASSED);
    }

    @Test
    void stepsOfARepeatedJobStartAgain() {
        SubmittedRun run = on.submit("a");
        RunnerSession runner = on.runner();
        Lease lease = on.claim(runner, 1).getFirst();
        on.engine.started(lease.ref());
        on.engine.stepChanged(new StepChange(lease.ref(), 0, StepState.PASSED, null));
        on.engine.stepChanged(new StepChange(lease.ref(), 1, StepState.RUNNING, null));
        on.engine.finish(new AttemptResult(lease.ref(), JobEvent.LOSE, Outcome.of(Reason.SANDBOX_LOST, "gone"), null));
        assertThat(stepStates(run.onlyJob())).containsExactly("pending", "pending");
        Lease again = on.claim(runner, 1).getFirst();
        on.engine.started(again.ref());
        on.engine.stepChanged(new StepChange(again.ref(), 1, StepState.RUNNING, null));
        on.fail(again, 2);
        assertThat(stepStates(run.onlyJob())).containsExactly("pending", "failed");
    }

    @Test
    void aRefusedPlanLeavesNothingBehind() {
        assertThatThrownBy(() -> on.engine.submit(
                        plan("alice", List.of(job("a"), job("b")), Edge.dependsOn("a", "b"), Edge.dependsOn("b", "a"))))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("wait for each other");
        assertThatThrownBy(() -> on.engine.submit(plan("alice", List.of(job("a"))), (handle, run) -> {
                    throw new IllegalStateException("the dialect's row fails");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(on.count("run")).isZero();
        assertThat(on.count("queue")).isZero();
    }

    @Test
    void aDurableListenerGoesOnWhereItStopped() throws InterruptedException {
        on.submit("a");
        var seen = new java.util.concurrent.LinkedBlockingQueue<String>();
        on.engine.events().listen("mail", events -> events.forEach(event -> seen.add(event.kind())));
        assertThat(seen.poll(5, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo("run.submitted");
        on.engine.events().close();
        var next = new EngineFixture(on.database);
        next.submit("b");
        var again = new java.util.concurrent.LinkedBlockingQueue<Long>();
        next.engine.events().listen("mail", events -> events.forEach(event -> again.add(event.runId())));
        Long first = again.poll(5, java.util.concurrent.TimeUnit.SECONDS);
        assertThat(first).isNotNull();
        next.engine.close();
    }

    private List<String> stepStates(long jobId) {
        return on.database.read(
                handle -> handle.createQuery("select state from step where job_id = :job order by number")
                        .bind("job", jobId)
                        .mapTo(String.class)
                        .list());
    }
}
