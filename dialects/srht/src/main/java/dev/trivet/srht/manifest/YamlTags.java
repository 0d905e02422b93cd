package dev.trivet.srht.manifest;

import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/** The tags of a manifest: those of plain data are honoured, all others (which would name types of some language) are refused. */
final class YamlTags {
    private static final String PREFIX = "tag:yaml.org,2002:";

    private YamlTags() {}

    static ScalarType typeOf(ScalarEvent event, Position position) throws ManifestException {
        String tag = event.getTag().orElse(event.isPlain() ? "?" : "!");
        String text = event.getValue();
        return switch (tag) {
            case "?" -> ScalarType.ofPlain(text);
            case "!", PREFIX + "str", PREFIX + "timestamp" -> ScalarType.TEXT;
            case PREFIX + "null" -> ScalarType.NULL;
            case PREFIX + "int", PREFIX + "float" -> number(tag, text, position);
            case PREFIX + "bool" -> bool(text, position);
            default -> throw unsupported(tag, position);
        };
    }

    static void checkCollection(CollectionStartEvent event, Position position) throws ManifestException {
        String tag = event.getTag().orElse("!");
        switch (tag) {
            case "!", PREFIX + "seq", PREFIX + "map" -> {}
            default -> throw unsupported(tag, position);
        }
    }

    private static ScalarType number(String tag, String text, Position position) throws ManifestException {
        return switch (ScalarType.ofPlain(text)) {
            case INTEGER -> ScalarType.INTEGER;
            case FLOAT -> ScalarType.FLOAT;
            case NULL, TRUE, FALSE, TEXT ->
                throw new ManifestException(
                        ManifestException.Kind.TYPE,
                        "'" + text + "' is no " + shorten(tag),
                        position,
                        null,
                        "remove the tag, or write a number");
        };
    }

    private static ScalarType bool(String text, Position position) throws ManifestException {
        Boolean value = Truth.of(text);
        if (value == null) {
            throw new ManifestException(
                    ManifestException.Kind.TYPE, "'" + text + "' is no !!bool", position, null, "write true or false");
        }
        return value ? ScalarType.TRUE : ScalarType.FALSE;
    }

    private static ManifestException unsupported(String tag, Position position) {
        return ManifestException.syntax(
                "tag " + shorten(tag) + " is not supported", position, "remove the tag: a manifest is plain data");
    }

    private static String shorten(String tag) {
        return tag.startsWith(PREFIX) ? "!!" + tag.substring(PREFIX.length()) : tag;
    }
}
