package dev.trivet.circus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What must not be shown: which values are secrets is told by the names that they stand under, and passwords and tokens within addresses by
 * their places. Rather too much is hidden than too little.
 */
final class Secrets {
    /** What is shown instead. */
    static final String MASK = "********";

    /** Names that end so tell where something is, or which, not what is secret. */
    private static final Pattern PLACE = Pattern.compile("_(file|path|url|uri|dir|id|name)$");

    private static final Pattern SECRET = Pattern.compile(
            "secret|token|passw|passphrase|pwd|credential|authorization|signature|key$|^cookie$|^set_cookie$");

    /** A user without a password is a token at forges; elsewhere it is a name. */
    private static final Pattern USER = Pattern.compile("(?i)\\bhttps?://([^\\s/?#\"'<>]+)@");

    private static final Pattern PASSWORD =
            Pattern.compile("(?i)\\b(?!https?:)[a-z][a-z0-9+.-]{0,31}://[^\\s/?#:@\"'<>]*:([^\\s/?#\"'<>]+)@");

    private static final Pattern PARAMETER = Pattern.compile("[?&;]([A-Za-z0-9_.-]{1,64})=([^&;\\s]+)");

    private Secrets() {}

    /** Whether a value of this name is one. */
    static boolean named(String name) {
        String word = name.toLowerCase(Locale.ROOT).replace('-', '_');
        if (word.equals("webhook_url")) {
            return true;
        }
        return !word.startsWith("public_")
                && !PLACE.matcher(word).find()
                && SECRET.matcher(word).find();
    }

    /** A text with what is secret in its addresses hidden. */
    static String masked(String text) {
        StringBuilder masked = new StringBuilder();
        int end = 0;
        for (Place place : places(text)) {
            masked.append(text, end, place.start).append(MASK);
            end = place.end;
        }
        return masked.append(text, end, text.length()).toString();
    }

    /** The same with all secrets hidden: those that stand under such a name, and those within addresses. What is empty is no secret. */
    static JsonNode masked(JsonNode node) {
        return masked(node, false);
    }

    private static JsonNode masked(JsonNode node, boolean secret) {
        var nodes = JsonNodeFactory.instance;
        if (node.isObject()) {
            var object = nodes.objectNode();
            node.properties()
                    .forEach(member ->
                            object.set(member.getKey(), masked(member.getValue(), secret || named(member.getKey()))));
            return object;
        }
        if (node.isArray()) {
            var array = nodes.arrayNode();
            node.forEach(element -> array.add(masked(element, secret)));
            return array;
        }
        if (node.isNull() || (node.isString() && node.stringValue().isEmpty())) {
            return node;
        }
        if (secret) {
            return nodes.stringNode(MASK);
        }
        return node.isString() ? nodes.stringNode(masked(node.stringValue())) : node;
    }

    /** Whether something is hidden in its addresses. */
    static boolean isMasked(String text) {
        return places(text).stream().anyMatch(place -> place.holdsMask(text));
    }

    /** The text with what is hidden in its addresses as it is in the old text; empty if that has nothing of the kind there. */
    static Optional<String> unmasked(String text, String old) {
        List<Place> known = places(old);
        StringBuilder whole = new StringBuilder();
        int end = 0;
        for (Place place : places(text)) {
            if (place.holdsMask(text)) {
                Optional<Place> before = known.stream()
                        .filter(one -> one.what.equals(place.what))
                        .findFirst();
                if (before.isEmpty()) {
                    return Optional.empty();
                }
                whole.append(text, end, place.start).append(old, before.get().start, before.get().end);
                end = place.end;
            }
        }
        return Optional.of(whole.append(text, end, text.length()).toString());
    }

    /**
     * Where a secret is.
     *
     * @param what tells it from the others of the same text
     */
    private record Place(String what, int start, int end) {
        boolean holdsMask(String text) {
            return text.substring(start, end).equals(MASK);
        }
    }

    /** In their order; none overlaps another. */
    private static List<Place> places(String text) {
        List<Place> found = new ArrayList<>();
        add(found, "user", USER.matcher(text), 1);
        add(found, "password", PASSWORD.matcher(text), 1);
        Matcher parameter = PARAMETER.matcher(text);
        while (parameter.find()) {
            if (named(parameter.group(1))) {
                found.add(new Place(numbered(found, parameter.group(1)), parameter.start(2), parameter.end(2)));
            }
        }
        found.sort(Comparator.comparingInt(Place::start));
        List<Place> apart = new ArrayList<>();
        for (Place place : found) {
            if (apart.isEmpty() || apart.getLast().end <= place.start) {
                apart.add(place);
            }
        }
        return apart;
    }

    private static void add(List<Place> found, String what, Matcher matcher, int group) {
        while (matcher.find()) {
            found.add(new Place(numbered(found, what), matcher.start(group), matcher.end(group)));
        }
    }

    private static String numbered(List<Place> found, String what) {
        return what + " "
                + found.stream()
                        .filter(place -> place.what.startsWith(what + " "))
                        .count();
    }
}
