package dev.trivet.engine;

import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.plan.Requirements;
import dev.trivet.core.plan.StepSpec;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.JobState;
import dev.trivet.core.state.RunState;
import dev.trivet.store.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** An engine on a test database with a clock moved by hand, and short words for what tests do with it. */
final class EngineFixture {
    final Database database;
    final MovableClock clock = new MovableClock();
    final Engine engine;

    EngineFixture(Database database) {
        this.database = database;
        this.engine = new Engine(database, clock, EngineConfig.DEFAULT);
    }

    static JobSpec spec() {
        return JobSpec.of("test", List.of(new StepSpec("one", List.of("true"), Map.of(), null)));
    }

    static PlannedJob job(String key) {
        return PlannedJob.of(key, spec());
    }

    static PlannedJob job(String key, int priority, String... requirements) {
        PlannedJob job = job(key);
        return new PlannedJob(
                key, key, job.spec(), Requirements.of(requirements), priority, job.retry(), job.softFail());
    }

    static Plan plan(String tenant, List<PlannedJob> jobs, Edge... edges) {
        return Plan.of("test", tenant, "a run", jobs, List.of(edges));
    }

    SubmittedRun submit(String... keys) {
        return engine.submit(plan(
                "alice", java.util.Arrays.stream(keys).map(EngineFixture::job).toList()));
    }

    RunnerSession runner(String... provides) {
        return engine.register(new RunnerInfo(UUID.randomUUID(), "runner", Set.of(provides), Set.of(), 4));
    }

    List<Lease> claim(RunnerSession session, int most) {
        try {
            engine.sweep();
            return engine.claim(session, most, Duration.ZERO);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    Verdict pass(Lease lease) {
        engine.started(lease.ref());
        return engine.finish(new AttemptResult(lease.ref(), JobEvent.PASS, Outcome.PASSED, null));
    }

    Verdict fail(Lease lease, int code) {
        engine.started(lease.ref());
        return engine.finish(
                new AttemptResult(lease.ref(), JobEvent.FAIL, new Outcome(Reason.EXIT_CODE, code, null, "one"), null));
    }

    /** Claims and ends everything that can run, with what {@code ending} says for each job name. */
    void runAll(RunnerSession session, java.util.function.Function<Lease, Verdict> ending) {
        for (List<Lease> leases = claim(session, 100); !leases.isEmpty(); leases = claim(session, 100)) {
            leases.forEach(ending::apply);
        }
    }

    Map<String, JobState> states(long runId) {
        Map<String, JobState> states = new LinkedHashMap<>();
        database.read(handle -> handle.createQuery("select key, state from job where run_id = :run order by id")
                        .bind("run", runId)
                        .map((row, context) -> Map.entry(row.getString("key"), JobState.of(row.getString("state"))))
                        .list())
                .forEach(entry -> states.put(entry.getKey(), entry.getValue()));
        return states;
    }

    RunState runState(long runId) {
        return RunState.of(database.read(handle -> handle.createQuery("select state from run where id = :run")
                .bind("run", runId)
                .mapTo(String.class)
                .one()));
    }

    List<String> eventKinds(long runId) {
        var kinds = new ArrayList<String>();
        Event.Position position = Event.Position.START;
        for (List<Event> events = engine.events().after(position);
                !events.isEmpty();
                events = engine.events().after(position)) {
            events.stream()
                    .filter(event -> event.runId() == runId)
                    .map(Event::kind)
                    .forEach(kinds::add);
            position = events.getLast().position();
        }
        return kinds;
    }

    long count(String table) {
        return database.read(handle -> handle.createQuery("select count(*) from " + table)
                .mapTo(Long.class)
                .one());
    }
}
