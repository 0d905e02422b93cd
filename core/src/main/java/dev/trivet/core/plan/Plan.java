package dev.trivet.core.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Immutable description of a run: what a dialect compiles a submission to.
 *
 * @param dialect which one
 * @param tenant whose share of the runners it uses, such as {@code ~alice}
 * @param title one line for lists
 * @param held whether it waits for {@code release}
 * @param timeout longest time of the whole run from its first start, or null
 * @param growing whether more jobs may come later: the run does not end before it is sealed
 * @param labels small facts for pages and listeners (branch, commit, …)
 */
public record Plan(
        String dialect,
        String tenant,
        String title,
        List<PlannedJob> jobs,
        List<Edge> edges,
        boolean held,
        @Nullable Duration timeout,
        boolean growing,
        Map<String, String> labels) {
    public Plan {
        Objects.requireNonNull(dialect, "dialect is null");
        Objects.requireNonNull(tenant, "tenant is null");
        Objects.requireNonNull(title, "title is null");
        jobs = List.copyOf(jobs);
        edges = List.copyOf(edges);
        labels = Map.copyOf(labels);
    }

    /** A plan that has all its jobs. */
    public Plan(
            String dialect,
            String tenant,
            String title,
            List<PlannedJob> jobs,
            List<Edge> edges,
            boolean held,
            @Nullable Duration timeout,
            Map<String, String> labels) {
        this(dialect, tenant, title, jobs, edges, held, timeout, false, labels);
    }

    public static Plan of(String dialect, String tenant, String title, List<PlannedJob> jobs, List<Edge> edges) {
        return new Plan(dialect, tenant, title, jobs, edges, false, null, Map.of());
    }
}
