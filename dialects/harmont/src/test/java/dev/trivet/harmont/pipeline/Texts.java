package dev.trivet.harmont.pipeline;

import java.util.List;
import java.util.stream.Collectors;

/** Pipelines as text, written short: single quotes stand for double ones. */
final class Texts {
    private Texts() {}

    static String json(String text) {
        return text.replace('\'', '"');
    }

    static String flat(String... steps) {
        return json("{'version':'0','steps':[" + String.join(",", steps) + "]}");
    }

    static String command(String key) {
        return json("{'type':'command','key':'" + key + "','cmd':'make " + key + "'}");
    }

    static String command(String key, String members) {
        return json("{'type':'command','key':'" + key + "','cmd':'make " + key + "'," + members + "}");
    }

    static String waitStep() {
        return json("{'type':'wait'}");
    }

    static String waitOnFailure() {
        return json("{'type':'wait','continue_on_failure':true}");
    }

    static String graph(List<String> keys, String... edges) {
        String nodes = keys.stream()
                .map(key -> "{'step':{'key':'" + key + "','cmd':'make " + key + "'}}")
                .collect(Collectors.joining(","));
        return json("{'version':'0','graph':{'nodes':[" + nodes + "],'edges':[" + String.join(",", edges) + "]}}");
    }

    /** The edges into each step, such as {@code c <- a depends_on, b builds_in}; {@code !} marks those that a failure satisfies. */
    static List<String> edges(Definition pipeline) {
        var prerequisites = pipeline.prerequisites();
        return pipeline.steps().stream()
                .map(step -> step.key() + " <-"
                        + prerequisites.getOrDefault(step.key(), List.of()).stream()
                                .map(edge ->
                                        " " + edge.from() + " " + edge.kind().wireName() + (edge.onFinish() ? "!" : ""))
                                .collect(Collectors.joining(",")))
                .toList();
    }

    static List<List<String>> layers(Definition pipeline) {
        return pipeline.layers().stream()
                .map(layer -> layer.stream().map(Step::key).toList())
                .toList();
    }
}
