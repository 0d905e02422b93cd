package dev.trivet.harmont.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the {@code cache} of a step (spec section 3.6). */
final class CacheReader {
    /** Longest key in characters: longer than any digest, short enough for a database index. */
    static final int MAX_KEY = 255;

    private CacheReader() {}

    static @Nullable Cache read(@Nullable IrNode node, Bounds bounds) throws PipelineException {
        if (node == null) {
            return null;
        }
        JsonNode object = node.object("an object such as {\"policy\":\"forever\"}");
        bounds.keep(node, object);
        return cache(node);
    }

    private static Cache cache(IrNode node) throws PipelineException {
        node.object("an object such as {\"policy\":\"forever\"}");
        String policy = node.textOf("policy");
        if (policy == null) {
            throw node.missing("policy", "use \"none\", \"forever\", \"ttl\", \"on_change\" or \"compose\"");
        }
        List<Cache> subPolicies = new ArrayList<>();
        IrNode subs = node.get("sub_policies");
        for (IrNode sub : subs == null ? List.<IrNode>of() : subs.items("an array of policies")) {
            subPolicies.add(cache(sub));
        }
        return new Cache(
                policy,
                key(node.get("key")),
                node.wholeOf("duration_seconds", 1, Integer.MAX_VALUE),
                node.textsOf("env_keys"),
                node.textsOf("paths"),
                subPolicies);
    }

    /** An empty key is none: it would be the same for all steps. */
    private static @Nullable String key(@Nullable IrNode node) throws PipelineException {
        String key = node == null ? "" : node.text();
        if (node != null && key.length() > MAX_KEY) {
            throw node.problem("a cache key has at most " + MAX_KEY + " characters, this one has " + key.length());
        }
        return key.isEmpty() ? null : key;
    }
}
