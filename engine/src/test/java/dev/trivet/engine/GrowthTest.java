package dev.trivet.engine;

import static dev.trivet.engine.EngineFixture.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.plan.PlanException;
import dev.trivet.core.state.JobState;
import dev.trivet.core.state.RunState;
import dev.trivet.store.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs that get their jobs little by little, and end when somebody says that these were all. */
class GrowthTest {
    @RegisterExtension
    static final TestDatabase POSTGRES = new TestDatabase();

    private EngineFixture on;

    @BeforeEach
    void start() {
        on = new EngineFixture(POSTGRES.database());
    }

    private SubmittedRun growing(String key) {
        return on.engine.submit(
                new Plan("test", "alice", "an evaluation", List.of(job(key)), List.of(), false, null, true, Map.of()));
    }

    @Test
    void itDoesNotEndBeforeItIsSealed() {
        SubmittedRun run = growing("evaluate");
        RunnerSession runner = on.runner();
        on.runAll(runner, on::pass);
        assertThat(on.runState(run.runId())).isEqualTo(RunState.RUNNING);
        on.engine.grow(run.runId(), List.of(job("a"), job("b")), List.of(Edge.dependsOn("a", "b")));
        on.runAll(runner, on::pass);
        assertThat(on.runState(run.runId())).isEqualTo(RunState.RUNNING);
        assertThat(on.engine.seal(run.runId())).isTrue();
        assertThat(on.runState(run.runId())).isEqualTo(RunState.PASSED);
        assertThat(on.engine.seal(run.runId())).isFalse();
        assertThatThrownBy(() -> on.engine.grow(run.runId(), List.of(job("c")), List.of()))
                .isInstanceOf(PlanException.class);
    }

    @Test
    void aSealedRunEndsWithItsLastJob() {
        SubmittedRun run = growing("evaluate");
        on.engine.seal(run.runId());
        assertThat(on.runState(run.runId())).isEqualTo(RunState.QUEUED);
        on.runAll(on.runner(), lease -> on.fail(lease, 1));
        assertThat(on.runState(run.runId())).isEqualTo(RunState.FAILED);
    }

    @Test
    void whatIsCanceledGrowsNoMore() {
        SubmittedRun run = growing("evaluate");
        on.runAll(on.runner(), on::pass);
        assertThat(on.engine.cancelRun(run.runId())).isTrue();
        assertThat(on.runState(run.runId()).terminal()).isTrue();
        assertThatThrownBy(() -> on.engine.grow(run.runId(), List.of(job("c")), List.of()))
                .isInstanceOf(PlanException.class);
    }

    @Test
    void growthAndTheDialectsRowsComeTogetherOrNotAtAll() {
        SubmittedRun run = growing("evaluate");
        assertThatThrownBy(() -> on.engine.grow(run.runId(), List.of(job("a")), List.of(), (handle, grown) -> {
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(on.states(run.runId())).containsOnlyKeys("evaluate");
        SubmittedRun grown = on.engine.grow(run.runId(), List.of(job("a")), List.of(), (handle, added) -> {
            assertThat(added.jobIds()).containsOnlyKeys("a");
        });
        assertThat(on.states(grown.runId())).containsEntry("a", JobState.READY);
    }

    @Test
    void aJobThatWaitsCanBePutToTheFront() {
        SubmittedRun run = on.submit("first", "second");
        assertThat(on.engine.prioritise(run.jobIds().get("second"), 10)).isTrue();
        Lease lease = on.claim(on.runner(), 1).getFirst();
        assertThat(lease.name()).isEqualTo("second");
        on.engine.started(lease.ref());
        assertThat(on.engine.prioritise(run.jobIds().get("second"), 20)).isFalse();
        assertThat(on.engine.prioritise(-1, 20)).isFalse();
    }
}
