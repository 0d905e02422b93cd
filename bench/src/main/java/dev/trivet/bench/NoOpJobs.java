package dev.trivet.bench;

import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.plan.Requirements;
import dev.trivet.core.plan.StepSpec;
import dev.trivet.core.state.JobEvent;
import dev.trivet.engine.AttemptResult;
import dev.trivet.engine.Engine;
import dev.trivet.engine.Lease;
import dev.trivet.engine.RunnerInfo;
import dev.trivet.engine.RunnerSession;
import dev.trivet.engine.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Jobs of one step that nobody executes: what is measured is the engine. */
final class NoOpJobs {
    /** What each of them asks to be run. */
    static final JobSpec SPEC = JobSpec.of("bench", List.of(new StepSpec("one", List.of("true"), Map.of(), null)));

    private NoOpJobs() {}

    /** A run of one job. */
    static Plan plan(String tenant, String... requirements) {
        PlannedJob job = PlannedJob.of("job", SPEC);
        var demanding = new PlannedJob(
                job.key(),
                job.name(),
                SPEC,
                Requirements.of(requirements),
                job.priority(),
                job.retry(),
                job.softFail());
        return Plan.of("bench", tenant, "a run", List.of(demanding), List.of());
    }

    /** A runner that provides nothing in particular. */
    static RunnerSession runner(Engine engine, int slots) {
        return engine.register(new RunnerInfo(UUID.randomUUID(), "bench", Set.of(), Set.of(), slots));
    }

    /** Says that the attempt's first command is about to run. */
    static void start(Engine engine, Lease lease) {
        accepted(engine.started(lease.ref()));
    }

    /** Says that the attempt has passed. */
    static void pass(Engine engine, Lease lease) {
        accepted(engine.finish(new AttemptResult(lease.ref(), JobEvent.PASS, Outcome.PASSED, null)));
    }

    private static void accepted(Verdict verdict) {
        if (verdict != Verdict.ACCEPTED) {
            throw new IllegalStateException("the engine took a live attempt for " + verdict);
        }
    }
}
