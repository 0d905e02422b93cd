package dev.trivet.harmont.pipeline;

import dev.trivet.harmont.pipeline.Dependency.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline would do, for people: as lines for a terminal, and as a picture. Names from the pipeline reach neither raw. Lines
 * end with LF. Stateless; linear in steps and edges.
 */
public final class PipelineText {
    private static final int MAX_LISTED = 8;
    private static final int MAX_KEY_SHOWN = 12;

    private final Definition pipeline;
    private final List<List<Step>> layers;
    private final Map<String, List<Dependency>> prerequisites;
    private final StringBuilder out = new StringBuilder();

    private PipelineText(Definition pipeline) {
        this.pipeline = pipeline;
        this.layers = pipeline.layers();
        this.prerequisites = pipeline.prerequisites();
    }

    /** The plan: its size and longest chain, then the steps by layer with all that is not by default. Long lists are shortened. */
    public static String asText(Definition pipeline) {
        var text = new PipelineText(pipeline);
        text.writeSummary();
        for (int i = 0; i < text.layers.size(); i++) {
            text.out.append("\nlayer ").append(i + 1).append('\n');
            text.layers.get(i).forEach(text::writeStep);
        }
        return text.out.toString();
    }

    /**
     * The plan as a graph in Graphviz's DOT: a box for each step, an arrow from each prerequisite to its dependent. {@code builds_in}
     * is solid, {@code depends_on} dashed, with a hollow head where the end of the prerequisite suffices.
     */
    public static String asGraph(Definition pipeline) {
        return DotGraph.of(pipeline);
    }

    private void writeSummary() {
        long inherited = pipeline.edges().stream()
                .filter(edge -> edge.kind() == Kind.BUILDS_IN)
                .count();
        out.append(count(pipeline.steps().size(), "step"));
        out.append(", ").append(count(pipeline.edges().size(), "dependency"));
        if (inherited > 0) {
            out.append(" (").append(inherited).append(" builds_in)");
        }
        out.append(", ").append(count(layers.size(), "layer")).append('\n');
        List<String> chain = longestChain();
        out.append("longest chain: ").append(listed(chain, " -> "));
        out.append(" (").append(count(chain.size(), "step")).append(")\n");
        if (pipeline.defaultImage() != null) {
            out.append("default image: ")
                    .append(Quoted.unlessPlain(pipeline.defaultImage()))
                    .append('\n');
        }
        if (pipeline.timeout() != null) {
            out.append("timeout: ").append(duration(pipeline.timeout())).append('\n');
        }
    }

    /** One chain of as many steps as there are layers; of several, the one that ends first in the text. */
    private List<String> longestChain() {
        Map<String, Integer> layerOf = new HashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            for (Step step : layers.get(i)) {
                layerOf.put(step.key(), i);
            }
        }
        List<String> chain = new ArrayList<>();
        String key = layers.isEmpty() ? null : layers.getLast().getFirst().key();
        for (int layer = layers.size() - 1; key != null; layer--) {
            chain.add(key);
            int before = layer - 1;
            key = prerequisites.getOrDefault(key, List.of()).stream()
                    .map(Dependency::from)
                    .filter(from -> layerOf.getOrDefault(from, -1) == before)
                    .findFirst()
                    .orElse(null);
        }
        return chain.reversed();
    }

    private void writeStep(Step step) {
        out.append("  ").append(Quoted.unlessPlain(step.key()));
        if (step.label() != null) {
            out.append("  ").append(Quoted.of(step.label()));
        }
        out.append('\n');
        writeDetail("builds in", prerequisites(step, edge -> edge.kind() == Kind.BUILDS_IN));
        writeDetail("waits for", prerequisites(step, edge -> edge.kind() == Kind.DEPENDS_ON && !edge.onFinish()));
        writeDetail("waits for the end of", prerequisites(step, Dependency::onFinish));
        writeDetail("image", step.image() == null ? null : Quoted.unlessPlain(step.image()));
        writeDetail("timeout", step.timeout() == null ? null : duration(step.timeout()));
        writeDetail("cache", step.cache() == null ? null : cache(step.cache()));
        writeDetail("retry", step.retry() == null ? null : retry(step.retry()));
        writeDetail("soft fail", step.softFail() == null ? null : softFail(step.softFail()));
        writeDetail("artifacts", step.artifacts().isEmpty() ? null : listed(step.artifacts(), ", "));
    }

    private void writeDetail(String name, @Nullable String value) {
        if (value != null) {
            out.append("      ").append(name).append(": ").append(value).append('\n');
        }
    }

    private @Nullable String prerequisites(Step step, Predicate<Dependency> which) {
        List<String> keys = prerequisites.getOrDefault(step.key(), List.of()).stream()
                .filter(which)
                .map(Dependency::from)
                .toList();
        return keys.isEmpty() ? null : listed(keys, ", ");
    }

    private static String cache(Cache cache) {
        var text = new StringBuilder(Quoted.unlessPlain(cache.policy()));
        if (cache.durationSeconds() != null) {
            text.append(" of ").append(duration(Duration.ofSeconds(cache.durationSeconds())));
        }
        if (!cache.envKeys().isEmpty()) {
            text.append(", variables ").append(listed(cache.envKeys(), ", "));
        }
        if (!cache.paths().isEmpty()) {
            text.append(", paths ").append(listed(cache.paths(), ", "));
        }
        if (!cache.subPolicies().isEmpty()) {
            List<String> subs = cache.subPolicies().stream().map(Cache::policy).toList();
            text.append(" of ").append(listed(subs, " and "));
        }
        if (cache.key() != null) {
            text.append(", key ").append(Quoted.shortened(cache.key(), MAX_KEY_SHOWN));
        }
        return text.toString();
    }

    private static String retry(Retry retry) {
        String times = retry.maxRetries() == 1 ? "once" : "up to " + retry.maxRetries() + " times";
        return switch (retry.backoff()) {
            case NONE -> times;
            case LINEAR, EXPONENTIAL -> times + ", " + retry.backoff().wireName() + " backoff";
        };
    }

    private static String softFail(SoftFail softFail) {
        if (softFail.any()) {
            return "every failure";
        }
        Set<Integer> codes = softFail.exitCodes();
        return (codes.size() == 1 ? "exit code " : "exit codes ")
                + listed(codes.stream().map(String::valueOf).toList(), ", ");
    }

    /** The first few of them, and how many more there are. */
    private static String listed(List<String> names, String separator) {
        String shown = names.stream().limit(MAX_LISTED).map(Quoted::unlessPlain).collect(Collectors.joining(separator));
        int more = names.size() - MAX_LISTED;
        return more <= 0 ? shown : shown + separator + "… and " + more + " more";
    }

    private static String count(int number, String noun) {
        String plural = noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
        return number + " " + (number == 1 ? noun : plural);
    }

    /** Such as {@code 1h30m}. */
    private static String duration(Duration duration) {
        return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }
}
