package dev.trivet.harmont.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline as a graph of steps (spec section 3). Immutable; {@link PipelineParser} makes it, with unique keys, edges between
 * existing steps, no cycle, and at most one {@code builds_in} edge into a step.
 *
 * @param steps in the order of the text; at least one
 * @param edges at most one for an ordered pair of steps; ordered by their dependent, then by their prerequisite, both in the
 *     order of the text
 * @param defaultImage image of the roots that name none, already filled in where the flat form says so; or null
 * @param timeout longest time of the whole build, at least a second; or null
 */
public record Definition(
        List<Step> steps,
        List<Dependency> edges,
        @Nullable String defaultImage,
        @Nullable Duration timeout) {
    public Definition {
        steps = List.copyOf(steps);
        edges = List.copyOf(edges);
    }

    /**
     * The steps by layer: a step's layer is the length of the longest chain of edges that leads to it, so all prerequisites of a
     * layer stand in earlier ones. Within a layer, the order of the text. Linear in steps and edges.
     *
     * @throws IllegalStateException if this pipeline was made by hand and has a cycle or an edge to nowhere
     */
    public List<List<Step>> layers() {
        int[] layerOf = StepGraph.of(this).layers();
        List<List<Step>> layers = new ArrayList<>();
        for (int i = 0; i < layerOf.length; i++) {
            if (layerOf[i] < 0) {
                throw new IllegalStateException("step " + Quoted.of(steps.get(i).key()) + " hangs on a cycle");
            }
            while (layers.size() <= layerOf[i]) {
                layers.add(new ArrayList<>());
            }
            layers.get(layerOf[i]).add(steps.get(i));
        }
        return layers.stream().map(List::copyOf).toList();
    }

    /**
     * The steps such that prerequisites come first: layer by layer, ties in the order of the text.
     *
     * @throws IllegalStateException as {@link #layers()}
     */
    public List<Step> topological() {
        return layers().stream().flatMap(List::stream).toList();
    }

    /** The edges into each step, by its key; a root has no entry. */
    public Map<String, List<Dependency>> prerequisites() {
        Map<String, List<Dependency>> prerequisites = new HashMap<>();
        for (Dependency edge : edges) {
            prerequisites.computeIfAbsent(edge.to(), key -> new ArrayList<>()).add(edge);
        }
        return prerequisites;
    }
}
