package dev.trivet.srht.manifest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds a mapping from its keys and values: duplicate keys, merge keys ({@code <<: *base}), keys that are no text. */
final class YamlMappings {
    private static final String MERGE = "<<";

    private YamlMappings() {}

    /** @param children keys and values in turn */
    static YamlNode.Mapping of(List<YamlNode> children, Position position, long weight) throws ManifestException {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < children.size(); i += 2) {
            if (children.get(i) instanceof YamlNode.Scalar key && key.text().equals(MERGE)) {
                merge(entries, children.get(i + 1));
            }
        }
        for (int i = 0; i < children.size(); i += 2) {
            if (!(children.get(i) instanceof YamlNode.Scalar key)) {
                throw ManifestException.syntax(
                        "a key must be text, not " + children.get(i).kind(),
                        children.get(i).position(),
                        "put quotes around the key");
            }
            if (!key.text().equals(MERGE)) {
                entries.put(key.text(), new YamlNode.Entry(key, children.get(i + 1)));
            }
        }
        return new YamlNode.Mapping(Collections.unmodifiableMap(entries), position, weight);
    }

    /** What is merged first wins over what is merged later, and keys of the mapping itself win over both. */
    private static void merge(Map<String, YamlNode.Entry> entries, YamlNode source) throws ManifestException {
        switch (source) {
            case YamlNode.Mapping mapping -> mapping.entries().forEach(entries::putIfAbsent);
            case YamlNode.Sequence sequence -> {
                for (YamlNode item : sequence.items()) {
                    if (!(item instanceof YamlNode.Mapping)) {
                        throw notMergeable(item);
                    }
                    merge(entries, item);
                }
            }
            case YamlNode.Scalar scalar -> throw notMergeable(scalar);
        }
    }

    private static ManifestException notMergeable(YamlNode found) {
        return ManifestException.syntax(
                "<< merges a mapping, not " + found.kind(),
                found.position(),
                "give it an alias of a mapping: <<: *name");
    }
}
