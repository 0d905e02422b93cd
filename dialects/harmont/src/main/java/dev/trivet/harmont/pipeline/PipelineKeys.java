package dev.trivet.harmont.pipeline;

import dev.trivet.harmont.pipeline.PipelineException.Code;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The checks that both forms share once their steps are read (spec section 3.4, rule 7). */
final class PipelineKeys {
    private static final int MAX_SHOWN = 50;

    private PipelineKeys() {}

    /**
     * The number of each step by its key.
     *
     * @param places where the steps stand in the text
     */
    static Map<String, Integer> index(List<Step> steps, List<String> places) throws PipelineException {
        Map<String, Integer> index = HashMap.newHashMap(steps.size());
        for (int i = 0; i < steps.size(); i++) {
            String key = steps.get(i).key();
            Integer first = index.putIfAbsent(key, i);
            if (first != null) {
                throw new PipelineException(
                        Code.DUPLICATE_KEY,
                        "the key " + Quoted.of(key) + " is used by " + places.get(first) + " and by " + places.get(i)
                                + "; each step needs a key of its own");
            }
        }
        return index;
    }

    static void checkCycle(StepGraph graph, List<Step> steps) throws PipelineException {
        List<Integer> cycle = graph.cycle(graph.layers());
        if (cycle.isEmpty()) {
            return;
        }
        var message = new StringBuilder("these steps need each other: ");
        for (int i = 0; i < cycle.size() && i < MAX_SHOWN; i++) {
            message.append(Quoted.of(steps.get(cycle.get(i)).key())).append(" -> ");
        }
        if (cycle.size() > MAX_SHOWN) {
            message.append("(").append(cycle.size() - MAX_SHOWN).append(" more) -> ");
        }
        message.append(Quoted.of(steps.get(cycle.getFirst()).key()))
                .append(" (each builds in the next one or waits for it)");
        throw new PipelineException(Code.CYCLE, message.toString());
    }

    static void checkNumber(String what, int found) throws PipelineException {
        if (found == 0) {
            throw PipelineException.invalidIr(what + ": there is no command step; a pipeline needs at least one");
        }
        if (found > Bounds.MAX_STEPS) {
            throw PipelineException.invalidIr(
                    what + ": there are " + found + " command steps, at most " + Bounds.MAX_STEPS + " are possible");
        }
    }
}
