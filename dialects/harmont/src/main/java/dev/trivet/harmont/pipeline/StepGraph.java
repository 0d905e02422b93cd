package dev.trivet.harmont.pipeline;

import dev.trivet.harmont.pipeline.Dependency.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The edges between steps, which are numbers from 0 here. The prerequisites of step {@code i} stand in ascending order at
 * {@code start[i]} to {@code start[i + 1] - 1}. Everything is linear in steps and edges, and nothing recurses. Immutable.
 */
final class StepGraph {
    private final int[] start;
    private final int[] from;
    private final boolean[] buildsIn;
    private final boolean[] onFinish;

    /** Edges in any order. A pair of several edges becomes one by the rules of spec section 3.4. */
    StepGraph(int steps, StepEdges edges) {
        int[] order = edges.sorted(steps);
        start = new int[steps + 1];
        from = new int[order.length];
        buildsIn = new boolean[order.length];
        onFinish = new boolean[order.length];
        int size = 0;
        int before = -1;
        for (int edge : order) {
            boolean again = before >= 0 && edges.samePair(before, edge);
            if (!again) {
                from[size] = edges.from(edge);
                onFinish[size] = true;
                start[edges.to(edge) + 1] = ++size;
            }
            buildsIn[size - 1] |= edges.buildsIn(edge);
            onFinish[size - 1] &= edges.onFinish(edge) && !edges.buildsIn(edge);
            before = edge;
        }
        for (int i = 1; i <= steps; i++) {
            start[i] = Math.max(start[i], start[i - 1]);
        }
    }

    static StepGraph of(Definition pipeline) {
        Map<String, Integer> index = new HashMap<>();
        for (Step step : pipeline.steps()) {
            index.put(step.key(), index.size());
        }
        var edges = new StepEdges(pipeline.edges().size());
        for (Dependency edge : pipeline.edges()) {
            Integer from = index.get(edge.from());
            Integer to = index.get(edge.to());
            if (from == null || to == null) {
                throw new IllegalStateException("no step for the edge " + edge);
            }
            edges.add(from, to, edge.kind() == Kind.BUILDS_IN, edge.onFinish());
        }
        return new StepGraph(pipeline.steps().size(), edges);
    }

    int steps() {
        return start.length - 1;
    }

    boolean isRoot(int step) {
        return start[step] == start[step + 1];
    }

    /** The prerequisites that the step builds in, ascending. */
    List<Integer> parents(int step) {
        List<Integer> parents = new ArrayList<>(1);
        for (int edge = start[step]; edge < start[step + 1]; edge++) {
            if (buildsIn[edge]) {
                parents.add(from[edge]);
            }
        }
        return parents;
    }

    List<Dependency> dependencies(List<Step> steps) {
        List<Dependency> dependencies = new ArrayList<>(start[steps()]);
        for (int to = 0; to < steps(); to++) {
            String key = steps.get(to).key();
            for (int edge = start[to]; edge < start[to + 1]; edge++) {
                Kind kind = buildsIn[edge] ? Kind.BUILDS_IN : Kind.DEPENDS_ON;
                dependencies.add(new Dependency(steps.get(from[edge]).key(), key, kind, onFinish[edge]));
            }
        }
        return dependencies;
    }

    /** Of each step, the length of the longest chain that leads to it; -1 for a step on a cycle or behind one. */
    int[] layers() {
        int[] dependentsStart = new int[steps() + 1];
        int[] dependents = dependents(dependentsStart);
        int[] open = new int[steps()];
        int[] layers = new int[steps()];
        int[] queue = new int[steps()];
        int queued = 0;
        for (int step = 0; step < steps(); step++) {
            open[step] = start[step + 1] - start[step];
            if (open[step] == 0) {
                queue[queued++] = step;
            }
        }
        for (int done = 0; done < queued; done++) {
            int step = queue[done];
            for (int i = dependentsStart[step]; i < dependentsStart[step + 1]; i++) {
                int dependent = dependents[i];
                layers[dependent] = Math.max(layers[dependent], layers[step] + 1);
                if (--open[dependent] == 0) {
                    queue[queued++] = dependent;
                }
            }
        }
        for (int step = 0; step < steps(); step++) {
            layers[step] = open[step] == 0 ? layers[step] : -1;
        }
        return layers;
    }

    /** The edges the other way round: the dependents of step {@code i} stand at {@code at[i]} to {@code at[i + 1] - 1}. */
    private int[] dependents(int[] at) {
        int size = start[steps()];
        for (int edge = 0; edge < size; edge++) {
            at[from[edge] + 1]++;
        }
        for (int i = 1; i < at.length; i++) {
            at[i] += at[i - 1];
        }
        int[] next = Arrays.copyOf(at, at.length);
        int[] dependents = new int[size];
        for (int to = 0; to < steps(); to++) {
            for (int edge = start[to]; edge < start[to + 1]; edge++) {
                dependents[next[from[edge]]++] = to;
            }
        }
        return dependents;
    }

    /** A cycle, each step followed by one that it needs, beginning with the lowest; empty if {@code layers} tells of none. */
    List<Integer> cycle(int[] layers) {
        int step = 0;
        while (step < layers.length && layers[step] >= 0) {
            step++;
        }
        if (step == layers.length) {
            return List.of();
        }
        // A step without a layer has a prerequisite without one: walking from one to the next must come back somewhere.
        int[] seenAt = new int[layers.length];
        List<Integer> walk = new ArrayList<>();
        while (seenAt[step] == 0) {
            walk.add(step);
            seenAt[step] = walk.size();
            step = stuckPrerequisite(step, layers);
        }
        List<Integer> cycle = walk.subList(seenAt[step] - 1, walk.size());
        int lowest = 0;
        for (int i = 1; i < cycle.size(); i++) {
            lowest = cycle.get(i) < cycle.get(lowest) ? i : lowest;
        }
        List<Integer> turned = new ArrayList<>(cycle.subList(lowest, cycle.size()));
        turned.addAll(cycle.subList(0, lowest));
        return turned;
    }

    private int stuckPrerequisite(int step, int[] layers) {
        for (int edge = start[step]; edge < start[step + 1]; edge++) {
            if (layers[from[edge]] < 0) {
                return from[edge];
            }
        }
        throw new IllegalStateException("step " + step + " has no layer, but all its prerequisites have one");
    }
}
