package dev.trivet.harmont.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the graph form, with all checks of the flat one (spec section 3.2). For one text. */
final class GraphForm {
    private static final int EDGE_LENGTH = 3;

    private final IrCursor cursor;
    private final Bounds bounds = new Bounds();
    private final StepReader reader = new StepReader(bounds);
    private final StepEdges edges = new StepEdges(0);
    private final List<Step> steps = new ArrayList<>();
    private final List<String> places = new ArrayList<>();
    private @Nullable String defaultImage;
    private @Nullable Duration timeout;

    /** How many there are; beyond the bounds they are only counted. */
    private int nodeCount;

    private int edgeCount;

    GraphForm(IrCursor cursor) {
        this.cursor = cursor;
    }

    Definition read() throws PipelineException {
        cursor.members(this::readMember);
        PipelineKeys.checkNumber("graph.nodes", nodeCount);
        checkEdges();
        PipelineKeys.index(steps, places);
        var graph = new StepGraph(steps.size(), edges);
        checkParents(graph);
        PipelineKeys.checkCycle(graph, steps);
        return new Definition(steps, graph.dependencies(steps), defaultImage, timeout);
    }

    private void readMember(String name) throws PipelineException {
        if (cursor.isNull()) {
            return;
        }
        switch (name) {
            case "default_image" -> defaultImage = cursor.value().text();
            case "timeout_seconds" -> timeout = StepReader.timeout(cursor.value());
            case "graph" -> cursor.members(this::readGraph);
            default -> {}
        }
    }

    private void readGraph(String name) throws PipelineException {
        if (name.equals("nodes")) {
            cursor.items(this::readNode);
        } else if (name.equals("edges") && !cursor.isNull()) {
            cursor.items(this::readEdge);
        }
    }

    private void readNode() throws PipelineException {
        nodeCount++;
        if (nodeCount > Bounds.MAX_STEPS) {
            return;
        }
        String place = cursor.path();
        var node = new Node();
        cursor.members(name -> {
            switch (name) {
                case "step" -> node.step = cursor.step(StepReader.MEMBERS);
                case "env" ->
                    node.environment =
                            cursor.isNull() ? Map.of() : cursor.value().environment();
                default -> {}
            }
        });
        if (node.step == null) {
            throw PipelineException.invalidIr(place + ".step: is missing; each node needs the step it stands for");
        }
        Step step = reader.read(node.step, node.environment);
        bounds.environment(step.key(), step.environment(), Map.of());
        steps.add(step);
        places.add(place);
    }

    /** The members of a node come in any order. */
    private static final class Node {
        private @Nullable IrNode step;
        private Map<String, String> environment = Map.of();
    }

    private void readEdge() throws PipelineException {
        edgeCount++;
        if (edgeCount > Bounds.MAX_EDGES) {
            return;
        }
        IrNode edge = cursor.value();
        List<IrNode> items = edge.items("an array [from, to, kind]");
        if (items.size() != EDGE_LENGTH) {
            throw edge.problem("expected [from, to, kind], found an array of " + items.size());
        }
        int from = (int) items.get(0).whole(0, Bounds.MAX_STEPS);
        int to = (int) items.get(1).whole(0, Bounds.MAX_STEPS);
        edges.add(from, to, items.get(2).text().equals(Dependency.Kind.BUILDS_IN.wireName()), false);
    }

    private void checkEdges() throws PipelineException {
        if (edgeCount > Bounds.MAX_EDGES) {
            throw PipelineException.invalidIr("graph.edges: there are " + edgeCount + " edges, at most "
                    + Bounds.MAX_EDGES + " are possible; send a graph form with fewer edges: one that follows from"
                    + " others is not needed");
        }
        for (int edge = 0; edge < edges.size(); edge++) {
            int wrong = Math.max(edges.from(edge), edges.to(edge));
            if (wrong >= steps.size()) {
                throw PipelineException.invalidIr("graph.edges[" + edge + "]: there is no node " + wrong
                        + "; the nodes are 0 to " + (steps.size() - 1));
            }
        }
    }

    private void checkParents(StepGraph graph) throws PipelineException {
        for (int i = 0; i < steps.size(); i++) {
            List<Integer> parents = graph.parents(i);
            if (parents.size() > 1) {
                throw PipelineException.invalidIr(
                        "step " + Quoted.of(steps.get(i).key()) + " builds in both "
                                + Quoted.of(steps.get(parents.get(0)).key()) + " and "
                                + Quoted.of(steps.get(parents.get(1)).key())
                                + "; a step starts from one snapshot, so make the other edge depends_on");
            }
        }
    }
}
