package dev.trivet.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.core.plan.PlanException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanGraphTest {
    private static final JobSpec SPEC = JobSpec.of("image", List.of());

    @Test
    void prerequisitesComeFirstAndIndependentJobsKeepTheirOrder() {
        List<String> order = PlanGraph.check(
                jobs("c", "a", "b"), List.of(Edge.dependsOn("b", "c"), Edge.dependsOn("b", "c")), Set.of());
        assertThat(order).containsExactly("a", "b", "c");
    }

    @Test
    void whatCannotBeARunIsRefusedWithItsReason() {
        refused(List.of(), List.of(), Problem.EMPTY, "at least one job");
        refused(jobs("a", "a"), List.of(), Problem.DUPLICATE_KEY, "'a'");
        refused(jobs("a"), List.of(Edge.dependsOn("x", "a")), Problem.UNKNOWN_DEPENDENCY, "'x'");
        refused(jobs("a"), List.of(Edge.dependsOn("a", "x")), Problem.UNKNOWN_DEPENDENCY, "'x'");
        refused(jobs("a"), List.of(Edge.dependsOn("a", "a")), Problem.CYCLE, "a");
        refused(
                jobs("a", "b", "c"),
                List.of(Edge.dependsOn("a", "b"), Edge.dependsOn("b", "c"), Edge.dependsOn("c", "b")),
                Problem.CYCLE,
                "b, c");
        refused(
                jobs("a", "b", "c"),
                List.of(Edge.buildsIn("a", "c"), Edge.buildsIn("b", "c")),
                Problem.TWO_BASES,
                "'c'");
    }

    @Test
    void growthMayHangOnKnownJobsButNotChangeThem() {
        assertThat(PlanGraph.check(jobs("b"), List.of(Edge.dependsOn("a", "b")), Set.of("a")))
                .containsExactly("b");
        assertThatThrownBy(() -> PlanGraph.check(jobs("b"), List.of(Edge.dependsOn("b", "a")), Set.of("a")))
                .isInstanceOf(PlanException.class);
    }

    @Test
    void aChainOfAHundredThousandIsOrderedWithoutRecursion() {
        List<PlannedJob> jobs = IntStream.range(0, PlanGraph.MAX_JOBS)
                .mapToObj(i -> job("j" + i))
                .toList();
        var edges = new ArrayList<Edge>();
        for (int i = 1; i < jobs.size(); i++) {
            edges.add(Edge.dependsOn("j" + i, "j" + (i - 1)));
        }
        assertThat(PlanGraph.check(jobs, edges, Set.of()).getFirst()).isEqualTo("j" + (PlanGraph.MAX_JOBS - 1));
    }

    private static void refused(List<PlannedJob> jobs, List<Edge> edges, Problem problem, String message) {
        assertThatThrownBy(() -> PlanGraph.check(jobs, edges, Set.of()))
                .isInstanceOfSatisfying(
                        PlanException.class, e -> assertThat(e.problem()).isEqualTo(problem))
                .hasMessageContaining(message);
    }

    private static List<PlannedJob> jobs(String... keys) {
        return java.util.Arrays.stream(keys).map(PlanGraphTest::job).toList();
    }

    private static PlannedJob job(String key) {
        return PlannedJob.of(key, SPEC);
    }
}
