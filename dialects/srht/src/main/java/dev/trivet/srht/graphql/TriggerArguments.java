package dev.trivet.srht.graphql;

import dev.trivet.srht.manifest.Trigger;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The triggers of {@code createGroup} (spec sections 4.2 and 5.8). */
final class TriggerArguments {
    private static final String ARGUMENT = "triggers";

    private TriggerArguments() {}

    /** @throws Refusal with the first trigger that is wrong */
    static List<Trigger> read(List<Map<String, Object>> triggers) {
        return triggers.stream().map(TriggerArguments::trigger).toList();
    }

    private static Trigger trigger(Map<String, Object> input) {
        Trigger.Condition condition = Trigger.Condition.valueOf(text(input, "condition"));
        return switch (text(input, "type")) {
            case "EMAIL" -> email(condition, details(input, "email"));
            default -> new Trigger.Webhook(condition, url(text(details(input, "webhook"), "url")));
        };
    }

    private static Trigger email(Trigger.Condition condition, Map<?, ?> email) {
        String to = line(email, "to");
        String cc = line(email, "cc");
        if (to == null && cc == null) {
            throw Refusal.ofArgument(ARGUMENT, "email trigger requires 'to' or 'cc'");
        }
        return new Trigger.Email(condition, to, cc, line(email, "inReplyTo"));
    }

    private static Map<?, ?> details(Map<String, Object> input, String type) {
        if (input.get(type) instanceof Map<?, ?> details) {
            return details;
        }
        throw Refusal.ofArgument(ARGUMENT, "a trigger of this type has the member " + type);
    }

    private static String url(String url) {
        if (!url.matches("https?://[^/\\s]+.*")) {
            throw Refusal.ofArgument(ARGUMENT, "a webhook trigger has an http or https url");
        }
        return url;
    }

    /** Goes into a mail header, where a line break would begin another one. */
    private static @Nullable String line(Map<?, ?> email, String name) {
        String text = email.get(name) instanceof String given ? given.strip() : "";
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            throw Refusal.ofArgument(ARGUMENT, name + " should be a single line");
        }
        return text.isEmpty() ? null : text;
    }

    private static String text(Map<?, ?> input, String name) {
        return String.valueOf(Objects.requireNonNull(input.get(name), "the schema demands it"));
    }
}
