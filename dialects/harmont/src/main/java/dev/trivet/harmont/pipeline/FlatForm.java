package dev.trivet.harmont.pipeline;

import dev.trivet.harmont.pipeline.PipelineException.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the flat form and lowers it to a graph (spec sections 3.1 and 3.4). For one text. */
final class FlatForm {
    private static final Set<String> MEMBERS = members();

    private final IrCursor cursor;
    private final Bounds bounds = new Bounds();
    private final StepReader reader = new StepReader(bounds);
    private final List<Step> steps = new ArrayList<>();
    private final List<String> places = new ArrayList<>();
    private final List<Position> positions = new ArrayList<>();
    private Map<String, String> environment = Map.of();
    private @Nullable String defaultImage;
    private @Nullable Duration timeout;

    /** How many commands were read so far; beyond the bound they are only counted. */
    private int commands;

    /** How many commands stand before the last wait, and before the last one that demands success. */
    private int awaited;

    private int awaitedStrictly;

    /**
     * What a step says of its prerequisites: it waits for all commands before number {@code awaited}. Between a command from
     * {@code awaitedStrictly} on and the step, each wait continues on failure.
     */
    private record Position(@Nullable String buildsIn, int awaited, int awaitedStrictly) {}

    FlatForm(IrCursor cursor) {
        this.cursor = cursor;
    }

    private static Set<String> members() {
        Set<String> members = new HashSet<>(StepReader.MEMBERS);
        members.addAll(List.of("type", "builds_in", "env", "continue_on_failure"));
        return Set.copyOf(members);
    }

    Definition read() throws PipelineException {
        cursor.members(this::readMember);
        PipelineKeys.checkNumber("steps", commands);
        Map<String, Integer> index = PipelineKeys.index(steps, places);
        StepGraph graph = lower(parents(index));
        PipelineKeys.checkCycle(graph, steps);
        List<Step> resolved = new ArrayList<>(steps.size());
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            String image = step.image() == null && graph.isRoot(i) ? defaultImage : step.image();
            resolved.add(step.within(bounds.environment(step.key(), environment, step.environment()), image));
        }
        return new Definition(resolved, graph.dependencies(resolved), defaultImage, timeout);
    }

    private void readMember(String name) throws PipelineException {
        if (cursor.isNull()) {
            return;
        }
        switch (name) {
            case "env" -> environment = FrozenMap.copyOf(cursor.value().environment());
            case "default_image" -> defaultImage = cursor.value().text();
            case "timeout_seconds" -> timeout = StepReader.timeout(cursor.value());
            case "steps" -> cursor.items(this::readStep);
            default -> {}
        }
    }

    private void readStep() throws PipelineException {
        IrNode node = cursor.step(MEMBERS);
        IrNode type = node.get("type");
        if (type == null) {
            throw node.missing("type", "expected \"command\" or \"wait\"");
        }
        switch (type.text()) {
            case "command" -> readCommand(node);
            case "wait" -> readWait(node.get("continue_on_failure"));
            default -> throw type.wrong("\"command\" or \"wait\"");
        }
    }

    private void readCommand(IrNode node) throws PipelineException {
        if (++commands > Bounds.MAX_STEPS) {
            return;
        }
        steps.add(reader.read(node, StepReader.environment(node.get("env"))));
        places.add(node.path());
        positions.add(new Position(node.textOf("builds_in"), awaited, awaitedStrictly));
    }

    private void readWait(@Nullable IrNode continueOnFailure) throws PipelineException {
        awaited = commands;
        if (continueOnFailure == null || !continueOnFailure.flag()) {
            awaitedStrictly = commands;
        }
    }

    /** The number of the step that each step builds in; -1 for none. */
    private int[] parents(Map<String, Integer> index) throws PipelineException {
        int[] parents = new int[steps.size()];
        for (int i = 0; i < parents.length; i++) {
            String buildsIn = positions.get(i).buildsIn();
            Integer parent = buildsIn == null ? Integer.valueOf(-1) : index.get(buildsIn);
            if (parent == null) {
                throw new PipelineException(
                        Code.UNKNOWN_DEPENDENCY,
                        "step " + Quoted.of(steps.get(i).key()) + " builds in " + Quoted.of(String.valueOf(buildsIn))
                                + ", but no step has that key");
            }
            parents[i] = parent;
        }
        return parents;
    }

    private StepGraph lower(int[] parents) throws PipelineException {
        var edges = new StepEdges(numberOfEdges(parents));
        for (int step = 0; step < parents.length; step++) {
            Position position = positions.get(step);
            for (int before = 0; before < position.awaited(); before++) {
                edges.add(before, step, false, before >= position.awaitedStrictly());
            }
            if (parents[step] >= 0) {
                edges.add(parents[step], step, true, false);
            }
        }
        return new StepGraph(parents.length, edges);
    }

    /** An upper bound that is cheap to know before any edge is made. */
    private int numberOfEdges(int[] parents) throws PipelineException {
        long edges = 0;
        for (int step = 0; step < parents.length; step++) {
            int awaitedByStep = positions.get(step).awaited();
            edges += awaitedByStep + (parents[step] >= awaitedByStep ? 1 : 0);
        }
        if (edges > Bounds.MAX_EDGES) {
            throw PipelineException.invalidIr("steps: the waits and builds_in make " + edges
                    + " dependencies, at most " + Bounds.MAX_EDGES + " are possible, because a wait makes each later"
                    + " step depend on each earlier one; send the graph form, with only those edges that are needed");
        }
        return (int) edges;
    }
}
