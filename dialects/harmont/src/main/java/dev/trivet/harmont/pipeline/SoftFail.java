package dev.trivet.harmont.pipeline;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Which failures of a step are forgiven: our {@code soft_fail_policy} (spec section 4.5). Immutable.
 *
 * @param exitCodes the forgiven exit codes, 1 to 255, ascending; empty where every failure is forgiven
 * @param original the object as the client wrote it; the caller owns what the accessor gives
 */
public record SoftFail(Set<Integer> exitCodes, JsonNode original) {
    public SoftFail {
        exitCodes = Collections.unmodifiableSet(new TreeSet<>(exitCodes));
        original = original.deepCopy();
    }

    /** A policy that no client wrote. */
    public SoftFail(Set<Integer> exitCodes) {
        this(exitCodes, json(exitCodes));
    }

    /** Whether every failure is forgiven, whatever its exit code. */
    public boolean any() {
        return exitCodes.isEmpty();
    }

    @Override
    public JsonNode original() {
        return original.deepCopy();
    }

    private static JsonNode json(Set<Integer> exitCodes) {
        var object = JsonNodeFactory.instance.objectNode();
        if (!exitCodes.isEmpty()) {
            var array = object.putArray("exit_codes");
            new TreeSet<>(exitCodes).forEach(array::add);
        }
        return object;
    }
}
