package dev.trivet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.Edge.Condition;
import dev.trivet.core.plan.Edge.Kind;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.plan.RetryPolicy;
import dev.trivet.core.plan.SoftFail;
import dev.trivet.core.state.JobState;
import dev.trivet.core.state.RunState;
import dev.trivet.store.Database;
import dev.trivet.store.TestDatabase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Random graphs with random ends must come out as a simple fold over the graph says. The seeds are fixed. */
@ExtendWith(TestDatabase.class)
class RandomGraphTest {
    private static final int GRAPHS = 25;

    @Test
    void theEngineAgreesWithTheFold(Database database) {
        var on = new EngineFixture(database);
        for (int seed = 0; seed < GRAPHS; seed++) {
            Graph graph = Graph.random(new Random(seed));
            SubmittedRun run = on.engine.submit(EngineFixture.plan("t", graph.jobs, graph.edges.toArray(Edge[]::new)));
            RunnerSession runner = on.runner();
            on.runAll(runner, lease -> graph.fails.get(lease.name()) ? on.fail(lease, 1) : on.pass(lease));
            assertThat(on.states(run.runId())).as("graph of seed " + seed).isEqualTo(graph.expected());
            boolean failed = graph.expected().entrySet().stream()
                    .anyMatch(job -> job.getValue() == JobState.FAILED && !graph.soft.get(job.getKey()));
            assertThat(on.runState(run.runId())).isEqualTo(failed ? RunState.FAILED : RunState.PASSED);
        }
    }

    /** A graph whose edges lead from lower to higher numbers. */
    private record Graph(
            List<PlannedJob> jobs, List<Edge> edges, Map<String, Boolean> fails, Map<String, Boolean> soft) {
        static Graph random(Random random) {
            int size = 2 + random.nextInt(30);
            var graph = new Graph(new ArrayList<>(), new ArrayList<>(), new HashMap<>(), new HashMap<>());
            for (int number = 0; number < size; number++) {
                String key = "j" + number;
                boolean soft = random.nextInt(4) == 0;
                graph.fails.put(key, random.nextInt(4) == 0);
                graph.soft.put(key, soft);
                PlannedJob plain = EngineFixture.job(key);
                graph.jobs.add(new PlannedJob(
                        key,
                        key,
                        plain.spec(),
                        plain.requirements(),
                        0,
                        RetryPolicy.DEFAULT,
                        soft ? SoftFail.ALWAYS : SoftFail.NEVER));
                for (int from = 0; from < number; from++) {
                    if (random.nextInt(number) < 2) {
                        Condition condition = random.nextInt(3) == 0 ? Condition.FINISHED : Condition.PASSED;
                        graph.edges.add(new Edge("j" + from, key, Kind.DEPENDS_ON, condition));
                    }
                }
            }
            return graph;
        }

        Map<String, JobState> expected() {
            Map<String, JobState> states = new HashMap<>();
            for (PlannedJob job : jobs) {
                boolean dead = edges.stream()
                        .anyMatch(edge -> edge.to().equals(job.key())
                                && edge.condition() == Condition.PASSED
                                && states.get(edge.from()) != JobState.PASSED
                                && !(states.get(edge.from()) == JobState.FAILED && soft.get(edge.from())));
                states.put(
                        job.key(), dead ? JobState.SKIPPED : fails.get(job.key()) ? JobState.FAILED : JobState.PASSED);
            }
            return states;
        }
    }
}
