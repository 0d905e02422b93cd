package dev.trivet.srht.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Nodes read as the types that a manifest expects (spec section 2, YAML notes): any scalar serves as text, nothing else serves as
 * anything else, and null is the same as not being there.
 */
final class Values {
    private Values() {}

    /** The node, unless it is missing or null. */
    static Optional<YamlNode> present(@Nullable YamlNode node) {
        return Optional.ofNullable(node).filter(n -> !isNull(n));
    }

    static boolean isNull(YamlNode node) {
        return node instanceof YamlNode.Scalar(String text, ScalarType type, Position at) && type == ScalarType.NULL;
    }

    static YamlNode.Scalar scalar(YamlNode node, String key) throws ManifestException {
        return switch (node) {
            case YamlNode.Scalar scalar -> scalar;
            case YamlNode.Sequence found -> throw wrongType(found, key, "a string", null);
            case YamlNode.Mapping found -> throw wrongType(found, key, "a string", bracesHint(found));
        };
    }

    static String text(YamlNode node, String key) throws ManifestException {
        YamlNode.Scalar scalar = scalar(node, key);
        return scalar.type() == ScalarType.NULL ? "" : scalar.text();
    }

    static boolean bool(YamlNode node, String key) throws ManifestException {
        if (node instanceof YamlNode.Scalar scalar) {
            Boolean value = Truth.of(scalar.text());
            if (value != null) {
                return value;
            }
        }
        throw wrongType(node, key, "a boolean", "write true or false");
    }

    /** The items of a list, without those that are null. */
    static List<YamlNode> items(YamlNode node, String key, String expected) throws ManifestException {
        return switch (node) {
            case YamlNode.Sequence sequence ->
                sequence.items().stream().filter(item -> !isNull(item)).toList();
            case YamlNode.Scalar found ->
                throw wrongType(
                        found, key, expected, "write it as a list: " + key + ": [" + shorten(found.text()) + "]");
            case YamlNode.Mapping found -> throw wrongType(found, key, expected, "begin each item with '- '");
        };
    }

    static List<YamlNode.Scalar> texts(YamlNode node, String key) throws ManifestException {
        List<YamlNode.Scalar> texts = new ArrayList<>();
        for (YamlNode item : items(node, key, "a list of strings")) {
            texts.add(scalar(item, key));
        }
        return texts;
    }

    static YamlNode.Mapping mapping(YamlNode node, String key) throws ManifestException {
        return switch (node) {
            case YamlNode.Mapping mapping -> mapping;
            case YamlNode.Scalar found ->
                throw wrongType(found, key, "a mapping", "write it as 'name: value' lines below the key");
            case YamlNode.Sequence found ->
                throw wrongType(found, key, "a mapping", "write 'name: value' lines without '- '");
        };
    }

    static ManifestException wrongType(YamlNode found, String key, String expected, @Nullable String hint) {
        String shown = found instanceof YamlNode.Scalar scalar && scalar.type() != ScalarType.NULL
                ? found.kind() + " '" + shorten(scalar.text()) + "'"
                : found.kind();
        return new ManifestException(
                ManifestException.Kind.TYPE,
                key + ": expected " + expected + ", found " + shown,
                found.position(),
                key,
                hint);
    }

    static String shorten(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.codePointCount(0, line.length()) <= 40
                ? line
                : line.substring(0, line.offsetByCodePoints(0, 40)) + "…";
    }

    private static @Nullable String bracesHint(YamlNode.Mapping found) {
        return found.entries().isEmpty() ? "put quotes around a text that begins with '{'" : null;
    }
}
