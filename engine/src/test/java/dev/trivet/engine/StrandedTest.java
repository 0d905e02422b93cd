package dev.trivet.engine;

import static dev.trivet.engine.EngineFixture.job;
import static dev.trivet.engine.EngineFixture.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.JobState;
import dev.trivet.core.state.RunState;
import dev.trivet.store.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs whose files are with a runner that is away: they wait, but not for ever. */
class StrandedTest {
    @RegisterExtension
    static final TestDatabase POSTGRES = new TestDatabase();

    private static final Duration BOUND = EngineConfig.DEFAULT.absence();
    private static final Duration STEP = Duration.ofSeconds(5);

    private EngineFixture on;
    private RunnerSession holder;
    private RunnerSession other;
    private long run;

    @BeforeEach
    void start() {
        on = new EngineFixture(POSTGRES.database());
        on.database.write(handle -> handle.execute("truncate run, queue, lease, lane, runner, snapshot cascade"));
        holder = on.runner();
        other = on.runner();
        run = on.engine
                .submit(plan(
                        "alice",
                        List.of(job("base"), job("child"), job("after")),
                        Edge.buildsIn("base", "child"),
                        Edge.dependsOn("child", "after")))
                .runId();
        Lease base = on.claim(holder, 1).getFirst();
        on.engine.started(base.ref());
        on.engine.finish(new AttemptResult(base.ref(), JobEvent.PASS, Outcome.PASSED, "files"));
    }

    /** Time goes by in steps, as the engine's own thread sees it; {@code alive} runners beat. */
    private void pass(Duration time, RunnerSession... alive) {
        for (Duration gone = Duration.ZERO; gone.compareTo(time) < 0; gone = gone.plus(STEP)) {
            on.clock.advance(STEP);
            for (RunnerSession runner : alive) {
                on.engine.beat(runner);
            }
            on.engine.sweep();
        }
    }

    @Test
    void aChildIsLostWithTheReasonOnceTheHolderHasBeenAwayForTooLong() {
        pass(BOUND.minus(STEP), other);
        assertThat(on.states(run)).containsEntry("child", JobState.READY);
        assertThat(on.claim(other, 5)).isEmpty();
        pass(STEP.multipliedBy(3), other);
        assertThat(on.states(run))
                .containsEntry("base", JobState.PASSED)
                .containsEntry("child", JobState.LOST)
                .containsEntry("after", JobState.SKIPPED);
        assertThat(on.runState(run)).isEqualTo(RunState.FAILED);
        assertThat(on.eventKinds(run)).containsOnlyOnce("job.lost");
        Outcome outcome = on.database.read(
                handle -> handle.createQuery("select outcome from job where key = 'child' and run_id = :run")
                        .bind("run", run)
                        .map((row, context) -> Json.read(row.getString("outcome"), Outcome.class))
                        .one());
        assertThat(outcome.reason()).isEqualTo(Reason.RUNNER_LOST);
        assertThat(outcome.message()).contains("runner").contains("away for more than 10 minutes");
        assertThat(on.count("queue")).isZero();
    }

    @Test
    void aHolderThatComesBackInTimeTakesItsChild() {
        pass(BOUND.minus(STEP), other);
        pass(BOUND, other, holder);
        assertThat(on.claim(holder, 5)).extracting(Lease::name).containsExactly("child");
    }

    @Test
    void aChildThatRunsIsNotTouched() {
        Lease child = on.claim(holder, 5).getFirst();
        on.engine.started(child.ref());
        pass(BOUND.multipliedBy(2), other, holder);
        assertThat(on.states(run)).containsEntry("child", JobState.RUNNING);
    }

    @Test
    void theTimeThatTheServerItselfWasAwayDoesNotCount() {
        pass(STEP, other);
        on.clock.advance(BOUND.multipliedBy(10));
        on.engine.sweep();
        pass(STEP, other);
        assertThat(on.states(run)).containsEntry("child", JobState.READY);
        pass(BOUND, other);
        assertThat(on.states(run)).containsEntry("child", JobState.LOST);
    }

    @Test
    void aRunnerThatWasForgottenCountsAgainWhenItBeats() {
        pass(BOUND.plus(STEP.multipliedBy(2)), other);
        on.engine.beat(holder);
        on.submit("free");
        assertThat(on.claim(holder, 5)).extracting(Lease::name).containsExactly("free");
    }
}
