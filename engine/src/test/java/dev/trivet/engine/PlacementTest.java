package dev.trivet.engine;

import static dev.trivet.engine.EngineFixture.job;
import static dev.trivet.engine.EngineFixture.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.state.JobEvent;
import dev.trivet.store.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs that build in another one's files run where these are. */
class PlacementTest {
    @RegisterExtension
    static final TestDatabase POSTGRES = new TestDatabase();

    private EngineFixture on;

    @BeforeEach
    void start() {
        on = new EngineFixture(POSTGRES.database());
        on.database.write(handle -> handle.execute("truncate run, queue, lease, lane, runner, snapshot cascade"));
    }

    private void passWithFiles(Lease lease, String snapshot) {
        on.engine.started(lease.ref());
        on.engine.finish(new AttemptResult(lease.ref(), JobEvent.PASS, Outcome.PASSED, snapshot));
    }

    @Test
    void aChildIsClaimedByTheRunnerThatHasItsFiles() {
        RunnerSession one = on.runner("x86_64-linux");
        RunnerSession other = on.runner("x86_64-linux");
        SubmittedRun run = on.engine.submit(plan(
                "alice",
                List.of(
                        job("base", 0, "x86_64-linux"),
                        job("child", 0, "x86_64-linux"),
                        job("free", 0, "x86_64-linux")),
                Edge.buildsIn("base", "child"),
                Edge.dependsOn("base", "free")));
        passWithFiles(on.claim(one, 1).getFirst(), "files");
        assertThat(on.claim(other, 5)).extracting(Lease::name).containsExactly("free");
        List<Lease> child = on.claim(one, 5);
        assertThat(child).extracting(Lease::name).containsExactly("child");
        assertThat(child.getFirst().base()).isEqualTo("files");
        assertThat(run.jobIds()).hasSize(3);
    }

    @Test
    void aRepeatedChildStaysWithItsFiles() {
        RunnerSession one = on.runner();
        RunnerSession other = on.runner();
        on.engine.submit(plan("alice", List.of(job("base"), job("child")), Edge.buildsIn("base", "child")));
        passWithFiles(on.claim(one, 1).getFirst(), "files");
        Lease lost = on.claim(one, 1).getFirst();
        on.engine.started(lost.ref());
        on.engine.finish(new AttemptResult(lost.ref(), JobEvent.LOSE, Outcome.PASSED, null));
        assertThat(on.claim(other, 5)).isEmpty();
        assertThat(on.claim(one, 5)).extracting(Lease::name).containsExactly("child");
    }

    @Test
    void aChildWhoseFilesAreAwayIsNotForTheOnlyOtherRunner() {
        RunnerSession holder = on.runner();
        on.engine.submit(plan("alice", List.of(job("base"), job("child")), Edge.buildsIn("base", "child")));
        Lease base = on.claim(holder, 1).getFirst();
        on.engine.started(base.ref());
        RunnerSession other = on.runner();
        on.database.write(handle -> handle.createUpdate("update runner set state = 'away' where id = :id")
                .bind("id", holder.runner().id())
                .execute());
        on.engine.finish(new AttemptResult(base.ref(), JobEvent.PASS, Outcome.PASSED, "files"));
        assertThat(on.claim(other, 5)).isEmpty();
        on.engine.beat(holder);
        assertThat(on.claim(holder, 5)).extracting(Lease::name).containsExactly("child");
    }

    @Test
    void withOneRunnerNothingIsDecided() {
        RunnerSession only = on.runner();
        on.engine.submit(plan("alice", List.of(job("base"), job("child")), Edge.buildsIn("base", "child")));
        passWithFiles(on.claim(only, 1).getFirst(), "files");
        assertThat(on.claim(only, 5)).extracting(Lease::name).containsExactly("child");
        assertThat(on.count("lane")).isEqualTo(1);
    }
}
