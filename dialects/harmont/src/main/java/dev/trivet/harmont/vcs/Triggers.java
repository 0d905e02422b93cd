package dev.trivet.harmont.vcs;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The triggers of a pipeline: an event starts a build if one of them matches (spec sections 3.7 and 6.2). What cannot be understood never
 * matches, and {@link #problems} tells why. Immutable, thread-safe.
 */
public record Triggers(List<TriggerRule> rules) {
    /** Most triggers of a pipeline, and most patterns or types of a trigger; further ones are left out. */
    public static final int MOST = 100;

    public Triggers {
        rules = List.copyOf(rules);
    }

    /** Reads the list as the pipeline's definition has it; anything else than a list is a list of none. */
    public static Triggers read(JsonNode list) {
        List<TriggerRule> rules = new ArrayList<>();
        for (JsonNode item : bounded(list)) {
            rules.add(rule(item));
        }
        if (list.isArray() && list.size() > MOST) {
            rules.add(new TriggerRule.Never("a pipeline has at most " + MOST + " triggers, not " + list.size()));
        } else if (!list.isArray() && !list.isNull() && !list.isMissingNode()) {
            rules.add(new TriggerRule.Never("triggers should be a list"));
        }
        return new Triggers(rules);
    }

    /** Whether this event starts a build. */
    public boolean match(WebhookEvent event) {
        return rules.stream().anyMatch(rule -> rule.matches(event));
    }

    /** What is wrong with the triggers that never fire. */
    public List<String> problems() {
        return rules.stream()
                .flatMap(rule -> rule instanceof TriggerRule.Never(String reason) ? Stream.of(reason) : Stream.empty())
                .toList();
    }

    private static TriggerRule rule(JsonNode trigger) {
        String type = trigger.path("type").stringValue(trigger.path("event").stringValue(""));
        try {
            return switch (type) {
                case "push" -> new TriggerRule.OnPush(globs(trigger, "branches"), globs(trigger, "tags"));
                case "pull_request" ->
                    new TriggerRule.OnPullRequest(texts(trigger, "types"), globs(trigger, "branches"));
                case "schedule" -> new TriggerRule.Never("triggers of type schedule never fire");
                default ->
                    new TriggerRule.Never(
                            "a trigger's type is '" + Words.line(type, 60) + "', but should be push or pull_request");
            };
        } catch (IllegalArgumentException e) {
            return new TriggerRule.Never("a trigger is wrong: " + e.getMessage());
        }
    }

    private static List<Glob> globs(JsonNode trigger, String name) {
        return texts(trigger, name).stream().map(Glob::new).toList();
    }

    private static List<String> texts(JsonNode trigger, String name) {
        JsonNode list = trigger.path(name);
        if (!list.isArray() && !list.isNull() && !list.isMissingNode()) {
            throw new IllegalArgumentException(name + " should be a list");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : bounded(list)) {
            @Nullable String text = item.stringValue(null);
            if (text == null) {
                throw new IllegalArgumentException(name + " should be a list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    private static List<JsonNode> bounded(JsonNode list) {
        List<JsonNode> items = new ArrayList<>();
        for (int i = 0; list.isArray() && i < Math.min(list.size(), MOST); i++) {
            items.add(list.path(i));
        }
        return items;
    }
}
