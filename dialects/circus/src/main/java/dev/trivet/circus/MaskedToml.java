package dev.trivet.circus;

import dev.trivet.circus.TomlPlaces.Span;
import dev.trivet.circus.TomlPlaces.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** A TOML document with its secrets hidden, and such a document with the secrets of an older one put back. Comments and order stay. */
final class MaskedToml {
    private static final TomlMapper MAPPER = new TomlMapper();
    /** What tells the tables of an array apart, if they have one of these. */
    private static final List<String> NAMES = List.of("name", "username", "forge_type", "notification_type");

    private static final Pattern COMMENTED = Pattern.compile("(?<![A-Za-z0-9_-])([A-Za-z0-9_-]++)[\"']?\\s*+=\\s*+");

    private MaskedToml() {}

    private record Edit(Span span, String text) {}

    /**
     * Hides secrets.
     *
     * @throws tools.jackson.core.JacksonException if it is no TOML
     * @throws IllegalStateException if they cannot be hidden safely
     */
    static String masked(String text) {
        JsonNode tree = MAPPER.readTree(text);
        TomlPlaces places = TomlPlaces.of(text);
        List<Edit> edits = new ArrayList<>();
        for (Value value : places.values()) {
            JsonNode node = at(tree, value);
            if (isSecret(value, node)) {
                edits.add(new Edit(value.span(), quoted(Secrets.MASK)));
            } else if (node.isString() && !Secrets.masked(node.stringValue()).equals(node.stringValue())) {
                edits.add(new Edit(value.span(), quoted(Secrets.masked(node.stringValue()))));
            }
        }
        places.comments().forEach(span -> edits.add(new Edit(span, comment(text.substring(span.start(), span.end())))));
        String masked = edited(text, edits);
        // The places are our own reading of the text. If it were ever another than the parser's, a secret must not slip
        // through.
        if (!MAPPER.readTree(masked).equals(Secrets.masked(tree))) {
            throw new IllegalStateException("the secrets of the document cannot be hidden");
        }
        return masked;
    }

    /**
     * Puts secrets back where they are hidden.
     *
     * @param old the document that they are taken from, with its secrets
     * @throws dev.trivet.http.HttpException 400 naming a value that is hidden, but that the old document does not have
     * @throws tools.jackson.core.JacksonException if one of them is no TOML
     */
    static String unmasked(String text, String old) {
        JsonNode tree = MAPPER.readTree(text);
        Map<String, String> kept = kept(old);
        TomlPlaces places = TomlPlaces.of(text);
        List<Edit> edits = new ArrayList<>();
        for (Value value : places.values()) {
            JsonNode node = at(tree, value);
            if (node.isString()) {
                put(value, node.stringValue(), identity(tree, value), isSecret(value, node), kept)
                        .ifPresent(edits::add);
            }
        }
        Map<String, String> oldComments = comments(old);
        for (Span span : places.comments()) {
            String comment = text.substring(span.start(), span.end());
            edits.add(new Edit(span, oldComments.getOrDefault(comment.stripTrailing(), comment)));
        }
        String whole = edited(text, edits);
        if (!Secrets.masked(MAPPER.readTree(whole)).equals(Secrets.masked(tree))) {
            throw new IllegalStateException("the secrets of the document cannot be put back");
        }
        return whole;
    }

    private static Optional<Edit> put(
            Value value, String text, String identity, boolean secret, Map<String, String> kept) {
        boolean hidden = secret ? text.equals(Secrets.MASK) : Secrets.isMasked(text);
        if (!hidden) {
            return Optional.empty();
        }
        String raw = kept.get(identity);
        Optional<String> whole = raw == null
                ? Optional.empty()
                : secret
                        ? Optional.of(raw)
                        : Secrets.unmasked(text, string(raw)).map(MaskedToml::quoted);
        return Optional.of(new Edit(
                value.span(),
                whole.orElseThrow(() -> CircusErrors.invalid(
                        identity,
                        "'" + Secrets.MASK
                                + "' stands for the value that is there, but there is none; write the value"))));
    }

    /** The values as they are written, by what identifies them. */
    private static Map<String, String> kept(String text) {
        JsonNode tree = MAPPER.readTree(text);
        Map<String, String> kept = new HashMap<>();
        for (Value value : TomlPlaces.of(text).values()) {
            kept.put(
                    identity(tree, value),
                    text.substring(value.span().start(), value.span().end()));
        }
        return kept;
    }

    /** The comments that have secrets, by what is shown of them. */
    private static Map<String, String> comments(String text) {
        Map<String, String> comments = new HashMap<>();
        for (Span span : TomlPlaces.of(text).comments()) {
            String comment = text.substring(span.start(), span.end());
            if (!comment(comment).equals(comment)) {
                comments.putIfAbsent(comment(comment).stripTrailing(), comment);
            }
        }
        return comments;
    }

    /** A comment may be a key that somebody put out of use: what follows it is hidden. */
    private static String comment(String comment) {
        Matcher key = COMMENTED.matcher(comment);
        while (key.find()) {
            String rest = comment.substring(key.end()).strip();
            if (Secrets.named(key.group(1)) && !rest.isEmpty() && !rest.matches("\"\"|''")) {
                String lineEnd = comment.endsWith("\r") ? "\r" : "";
                return Secrets.masked(comment.substring(0, key.end())) + quoted(Secrets.MASK) + lineEnd;
            }
        }
        return Secrets.masked(comment);
    }

    private static boolean isSecret(Value value, JsonNode node) {
        boolean empty = node.isString() && node.stringValue().isEmpty();
        return !empty && value.path().stream().anyMatch(step -> step instanceof String name && Secrets.named(name));
    }

    private static JsonNode at(JsonNode tree, Value value) {
        JsonNode node = tree;
        for (Object step : value.path()) {
            node = step instanceof Integer index ? node.path(index) : node.path((String) step);
        }
        if (node.isMissingNode() || node.isContainer()) {
            throw new IllegalStateException("the document is read in two ways");
        }
        return node;
    }

    /**
     * The path of a value that stays when other tables come and go: those of an array are known by their names. What has none is known by its
     * place among how many, so that nothing gets the secret of what was removed.
     */
    private static String identity(JsonNode tree, Value value) {
        StringBuilder identity = new StringBuilder();
        JsonNode node = tree;
        for (Object step : value.path()) {
            if (step instanceof Integer index) {
                String name = name(node.path(index));
                identity.append(
                        name == null
                                ? "[" + (index + 1) + " of " + node.size() + "]"
                                : "[" + name + occurrence(node, index, name) + "]");
                node = node.path(index);
            } else {
                identity.append(identity.isEmpty() ? "" : ".").append(step);
                node = node.path((String) step);
            }
        }
        return identity.toString();
    }

    private static @Nullable String name(JsonNode table) {
        return NAMES.stream()
                .filter(name -> table.path(name).isString())
                .map(name -> name + "=" + table.path(name).stringValue())
                .findFirst()
                .orElse(null);
    }

    private static String occurrence(JsonNode array, int index, String name) {
        long same =
                array.valueStream().filter(table -> name.equals(name(table))).count();
        long before = array.valueStream()
                .limit(index)
                .filter(table -> name.equals(name(table)))
                .count();
        return same == 1 ? "" : " " + (before + 1) + " of " + same;
    }

    private static String string(String raw) {
        return MAPPER.readTree("value = " + raw).path("value").asString("");
    }

    /** As TOML writes it. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private static String edited(String text, List<Edit> edits) {
        List<Edit> sorted = edits.stream()
                .sorted(Comparator.comparingInt(edit -> edit.span().start()))
                .toList();
        StringBuilder whole = new StringBuilder();
        int end = 0;
        for (Edit edit : sorted) {
            whole.append(text, end, edit.span().start()).append(edit.text());
            end = edit.span().end();
        }
        return whole.append(text, end, text.length()).toString();
    }
}
