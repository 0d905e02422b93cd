package dev.trivet.srht.manifest;

import java.util.List;
import java.util.Map;

/** A node of a manifest's YAML with its place. Immutable; aliases share nodes, so the graph is acyclic but no tree in memory. */
sealed interface YamlNode {
    Position position();

    /** Nodes and characters it would take with all aliases written out. */
    long weight();

    /** What it is, for messages, with its article. */
    String kind();

    /**
     * @param text the value as written, without quotes
     * @param type what the value is by itself
     */
    record Scalar(String text, ScalarType type, Position position) implements YamlNode {
        @Override
        public long weight() {
            return 1L + text.length();
        }

        @Override
        public String kind() {
            return type.words();
        }
    }

    /** A list. */
    record Sequence(List<YamlNode> items, Position position, long weight) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    /**
     * A mapping: of duplicate keys the last one won, merge keys are applied, keys are text.
     *
     * @param entries by the key's text, in the order of the manifest
     */
    record Mapping(Map<String, Entry> entries, Position position, long weight) implements YamlNode {
        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /** A key and its value. */
    record Entry(Scalar key, YamlNode value) {}
}
