package dev.trivet.harmont.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** How much one pipeline may keep in memory besides its text: a short text can ask for much more than its length. Not thread-safe. */
final class Bounds {
    /** Most steps of a pipeline. */
    static final int MAX_STEPS = 100_000;

    /** Most edges of a pipeline. */
    static final int MAX_EDGES = 500_000;

    /** Most variables of one step. */
    static final int MAX_VARIABLES = 1_000;

    /** Most characters in the variables of all steps together, those of the pipeline counted once for each step. */
    static final long MAX_ENVIRONMENT = 64L << 20;

    /** Most values in lists, caches, policies and runner arguments of all steps together. */
    static final int MAX_VALUES = 500_000;

    private static final int VARIABLE_COST = 16;

    private long environment;
    private long values;

    /** Counts a value that is kept as it is. */
    void keep(IrNode place, JsonNode value) throws PipelineException {
        values++;
        if (values > MAX_VALUES) {
            throw place.problem("all steps together have more than " + MAX_VALUES
                    + " values in lists, caches, policies and runner arguments; make them shorter");
        }
        for (JsonNode child : value) {
            keep(place, child);
        }
    }

    /** The variables of one step: those of the pipeline, overlaid by its own. */
    Map<String, String> environment(String key, Map<String, String> pipeline, Map<String, String> own)
            throws PipelineException {
        Map<String, String> variables = pipeline;
        if (!own.isEmpty()) {
            var merged = new LinkedHashMap<>(pipeline);
            merged.putAll(own);
            variables = merged;
        }
        if (variables.size() > MAX_VARIABLES) {
            throw PipelineException.invalidIr("step " + Quoted.of(key) + " has " + variables.size()
                    + " environment variables, at most " + MAX_VARIABLES + " are possible");
        }
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            environment += VARIABLE_COST
                    + variable.getKey().length()
                    + variable.getValue().length();
        }
        if (environment > MAX_ENVIRONMENT) {
            throw PipelineException.invalidIr("the environment variables of all steps together have more than "
                    + MAX_ENVIRONMENT + " characters, those of the pipeline counted for each step;"
                    + " put long values into a file of the repository");
        }
        return variables;
    }
}
