package dev.trivet.core.plan;

import dev.trivet.core.plan.PlanException.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks a plan's graph and orders it. Pure; linear in jobs and edges. */
public final class PlanGraph {
    /** Most jobs in one submission or one growth. */
    public static final int MAX_JOBS = 100_000;

    private PlanGraph() {}

    /**
     * Checks that keys are unique, edges name jobs, each job builds in at most one other, and nothing waits for itself.
     *
     * @param known keys that already exist in the run (empty for a new one); they may be prerequisites, never dependents
     * @return the keys of the new jobs in topological order; among independent ones, plan order
     * @throws PlanException naming the first problem
     */
    public static List<String> check(List<PlannedJob> jobs, List<Edge> edges, Set<String> known) {
        if (jobs.isEmpty()) {
            throw new PlanException(Problem.EMPTY, "a plan needs at least one job");
        }
        if (jobs.size() > MAX_JOBS) {
            throw new PlanException(
                    Problem.TOO_LARGE, "a plan has at most " + MAX_JOBS + " jobs, this one has " + jobs.size());
        }
        Map<String, Integer> open = keys(jobs, known);
        Map<String, List<String>> dependents = new HashMap<>();
        Set<String> based = new HashSet<>();
        for (Edge edge : Set.copyOf(edges)) {
            if (!open.containsKey(edge.from()) && !known.contains(edge.from())) {
                throw new PlanException(
                        Problem.UNKNOWN_DEPENDENCY,
                        "job '" + edge.to() + "' depends on '" + edge.from() + "', which is not in the plan");
            }
            if (!open.containsKey(edge.to())) {
                throw new PlanException(
                        Problem.UNKNOWN_DEPENDENCY,
                        "an edge leads to job '" + edge.to() + "', which is not in the plan");
            }
            if (edge.kind() == Edge.Kind.BUILDS_IN && !based.add(edge.to())) {
                throw new PlanException(Problem.TWO_BASES, "job '" + edge.to() + "' builds in more than one job");
            }
            if (open.containsKey(edge.from())) {
                dependents
                        .computeIfAbsent(edge.from(), key -> new ArrayList<>())
                        .add(edge.to());
                open.merge(edge.to(), 1, Integer::sum);
            }
        }
        return order(jobs, open, dependents);
    }

    private static Map<String, Integer> keys(List<PlannedJob> jobs, Set<String> known) {
        Map<String, Integer> open = new LinkedHashMap<>();
        for (PlannedJob job : jobs) {
            if (known.contains(job.key()) || open.put(job.key(), 0) != null) {
                throw new PlanException(Problem.DUPLICATE_KEY, "two jobs have the key '" + job.key() + "'");
            }
        }
        return open;
    }

    private static List<String> order(
            List<PlannedJob> jobs, Map<String, Integer> open, Map<String, List<String>> dependents) {
        var ready = new ArrayDeque<String>();
        for (PlannedJob job : jobs) {
            if (open.getOrDefault(job.key(), 0) == 0) {
                ready.add(job.key());
            }
        }
        var ordered = new ArrayList<String>(jobs.size());
        for (String key = ready.poll(); key != null; key = ready.poll()) {
            ordered.add(key);
            for (String dependent : dependents.getOrDefault(key, List.of())) {
                if (open.merge(dependent, -1, Integer::sum) == 0) {
                    ready.add(dependent);
                }
            }
        }
        if (ordered.size() < jobs.size()) {
            var stuck = new ArrayList<>(open.keySet());
            stuck.removeAll(new HashSet<>(ordered));
            throw new PlanException(
                    Problem.CYCLE,
                    "these jobs wait for each other: "
                            + String.join(", ", stuck.subList(0, Math.min(10, stuck.size()))));
        }
        return ordered;
    }
}
