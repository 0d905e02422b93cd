package dev.trivet.harmont.pipeline;

import dev.trivet.harmont.pipeline.Retry.Backoff;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what a step may have beyond the reference: retries, forgiven failures, artifacts (spec section 4.5). */
final class PolicyReader {
    /** Most artifacts of a step. */
    static final int MAX_ARTIFACTS = 100;

    /** Longest path of an artifact in characters. */
    static final int MAX_PATH = 1024;

    private static final int MAX_EXIT_CODE = 255;

    private PolicyReader() {}

    static @Nullable Retry retry(@Nullable IrNode node, Bounds bounds) throws PipelineException {
        if (node == null) {
            return null;
        }
        JsonNode original = node.object("an object such as {\"max_retries\":3,\"backoff\":\"linear\"}");
        bounds.keep(node, original);
        Long maxRetries = node.wholeOf("max_retries", 0, Retry.MAX_RETRIES);
        if (maxRetries == null) {
            throw node.missing("max_retries", "it is a whole number from 0 to " + Retry.MAX_RETRIES);
        }
        return new Retry(maxRetries.intValue(), backoff(node.get("backoff")), original);
    }

    private static Backoff backoff(@Nullable IrNode node) throws PipelineException {
        if (node == null) {
            return Backoff.NONE;
        }
        String name = node.text();
        for (Backoff backoff : Backoff.values()) {
            if (backoff.wireName().equals(name)) {
                return backoff;
            }
        }
        throw node.wrong("\"none\", \"linear\" or \"exponential\"");
    }

    static @Nullable SoftFail softFail(@Nullable IrNode node, Bounds bounds) throws PipelineException {
        if (node == null) {
            return null;
        }
        JsonNode original = node.object("an object such as {\"exit_codes\":[1,2]}, or {} for every failure");
        bounds.keep(node, original);
        Set<Integer> exitCodes = new TreeSet<>();
        IrNode codes = node.get("exit_codes");
        if (codes != null) {
            for (IrNode code : codes.items("an array of exit codes")) {
                exitCodes.add((int) code.whole(1, MAX_EXIT_CODE));
            }
            if (exitCodes.isEmpty()) {
                throw codes.problem("is empty; leave it out to forgive every failure,"
                        + " or leave out soft_fail_policy to forgive none");
            }
        }
        return new SoftFail(exitCodes, original);
    }

    static List<String> artifacts(@Nullable IrNode node, Bounds bounds) throws PipelineException {
        List<String> paths = new ArrayList<>();
        List<IrNode> items = node == null ? List.of() : node.items("an array of paths");
        if (node != null && items.size() > MAX_ARTIFACTS) {
            throw node.problem("at most " + MAX_ARTIFACTS + " artifacts are possible, these are " + items.size());
        }
        for (IrNode item : items) {
            bounds.keep(item, item.value());
            paths.add(path(item));
        }
        return paths;
    }

    private static String path(IrNode item) throws PipelineException {
        String path = item.text();
        int length = path.codePointCount(0, path.length());
        if (length == 0 || length > MAX_PATH) {
            throw item.problem("a path has 1 to " + MAX_PATH + " characters, this one has " + length);
        }
        if (List.of(path.split("/", -1)).contains("..")) {
            throw item.problem("the path " + Quoted.of(path) + " leads upwards; name the file without \"..\"");
        }
        return path;
    }
}
