package dev.trivet.srht.manifest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code triggers} of a manifest (spec section 5.8). */
final class TriggerReader {
    private static final String KEY = "triggers";

    private TriggerReader() {}

    static List<Trigger> read(YamlNode node) throws ManifestException {
        List<Trigger> triggers = new ArrayList<>();
        for (YamlNode item : Values.items(node, KEY, "a list of mappings")) {
            triggers.add(trigger(Values.mapping(item, KEY)));
        }
        return triggers;
    }

    private static Trigger trigger(YamlNode.Mapping mapping) throws ManifestException {
        String action = text(mapping, "action");
        return switch (action == null ? "" : action) {
            case "email" -> email(mapping);
            case "webhook" -> webhook(mapping);
            default ->
                throw ManifestException.rule(
                        "unknown trigger type '" + Values.shorten(action == null ? "" : action) + "'",
                        place(mapping, "action"),
                        KEY,
                        "write action: email or action: webhook");
        };
    }

    private static Trigger email(YamlNode.Mapping mapping) throws ManifestException {
        String to = header(mapping, "to");
        String cc = header(mapping, "cc");
        String inReplyTo = header(mapping, "in_reply_to");
        if (to == null && cc == null) {
            throw ManifestException.rule(
                    "email trigger requires 'to' or 'cc'", mapping.position(), KEY, "add to: somebody@example.org");
        }
        return new Trigger.Email(condition(mapping), to, cc, inReplyTo);
    }

    private static Trigger webhook(YamlNode.Mapping mapping) throws ManifestException {
        String url = text(mapping, "url");
        if (url == null) {
            throw ManifestException.rule(
                    "webhook trigger requires 'url'", mapping.position(), KEY, "add url: https://example.org/hook");
        }
        return new Trigger.Webhook(condition(mapping), url);
    }

    /** The reference lets unknown conditions pass, and such a trigger never fires; here the author learns of it. */
    private static Trigger.Condition condition(YamlNode.Mapping mapping) throws ManifestException {
        String condition = text(mapping, "condition");
        String problem = condition == null
                ? "trigger requires 'condition'"
                : "unknown trigger condition '" + Values.shorten(condition) + "'";
        return Trigger.Condition.named(condition == null ? "" : condition)
                .orElseThrow(() -> ManifestException.rule(
                        problem, place(mapping, "condition"), KEY, "write condition: success, failure or always"));
    }

    /** Text that goes into a mail header, where a line break would begin another one. */
    private static @Nullable String header(YamlNode.Mapping mapping, String name) throws ManifestException {
        String value = text(mapping, name);
        if (value != null && value.strip().codePoints().anyMatch(Character::isISOControl)) {
            throw ManifestException.rule(
                    "email trigger: '" + name + "' must be a single line",
                    place(mapping, name),
                    KEY,
                    "separate addresses by commas on one line");
        }
        return value == null ? null : value.strip();
    }

    private static @Nullable String text(YamlNode.Mapping mapping, String name) throws ManifestException {
        YamlNode.Entry entry = mapping.entries().get(name);
        String value = entry == null ? "" : Values.text(entry.value(), KEY + "." + name);
        return value.isBlank() ? null : value;
    }

    private static Position place(YamlNode.Mapping mapping, String name) {
        YamlNode.Entry entry = mapping.entries().get(name);
        return entry == null ? mapping.position() : entry.value().position();
    }
}
