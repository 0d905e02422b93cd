package dev.trivet.harmont.pipeline;

import dev.trivet.harmont.pipeline.Dependency.Kind;

/** Writes a pipeline as Graphviz's DOT. */
final class DotGraph {
    private static final int MAX_LABEL = 80;

    private DotGraph() {}

    static String of(Definition pipeline) {
        var out = new StringBuilder("digraph pipeline {\n  rankdir=LR;\n  node [shape=box];\n");
        for (Step step : pipeline.steps()) {
            out.append("  ")
                    .append(quoted(step.key()))
                    .append(" [label=")
                    .append(label(step))
                    .append("];\n");
        }
        for (Dependency edge : pipeline.edges()) {
            out.append("  ").append(quoted(edge.from())).append(" -> ").append(quoted(edge.to()));
            out.append(" [style=").append(edge.kind() == Kind.BUILDS_IN ? "solid" : "dashed");
            out.append(edge.onFinish() ? ", arrowhead=empty];\n" : "];\n");
        }
        return out.append("}\n").toString();
    }

    private static String label(Step step) {
        String key = inLabel(step.key());
        return step.label() == null ? '"' + key + '"' : '"' + key + "\\n" + inLabel(shortened(step.label())) + '"';
    }

    private static String shortened(String label) {
        int points = label.codePointCount(0, label.length());
        return points <= MAX_LABEL ? label : label.substring(0, label.offsetByCodePoints(0, MAX_LABEL)) + "…";
    }

    /** An identifier: different keys stay different, because each backslash of a key stands doubled. */
    private static String quoted(String key) {
        return '"' + escaped(key, "\\u{") + '"';
    }

    /** Text that is drawn: there, a single backslash begins an escape and an ampersand an entity. */
    private static String inLabel(String text) {
        return escaped(text, "\\\\u{").replace("&", "&amp;");
    }

    /** What would end the quotes, and what a terminal would obey. */
    private static String escaped(String text, String number) {
        var out = new StringBuilder(text.length() + 8);
        text.codePoints().forEach(point -> {
            switch (point) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (Quoted.isVisible(point)) {
                        out.appendCodePoint(point);
                    } else {
                        out.append(number).append(Integer.toHexString(point)).append('}');
                    }
                }
            }
        });
        return out.toString();
    }
}
