package dev.trivet.srht;

import dev.trivet.core.json.Json;
import dev.trivet.srht.manifest.Trigger;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A trigger as it is stored. */
record TriggerRow(
        String action,
        String condition,
        @Nullable String to,
        @Nullable String cc,
        @Nullable String inReplyTo,
        @Nullable String url) {

    static List<TriggerRow> of(List<Trigger> triggers) {
        return triggers.stream().map(TriggerRow::of).toList();
    }

    /** The triggers of a column. */
    static List<Trigger> read(String json) {
        return Stream.of(Json.read(json, TriggerRow[].class))
                .map(TriggerRow::trigger)
                .toList();
    }

    private Trigger trigger() {
        Trigger.Condition when = Trigger.Condition.named(condition).orElseThrow();
        return url == null ? new Trigger.Email(when, to, cc, inReplyTo) : new Trigger.Webhook(when, url);
    }

    private static TriggerRow of(Trigger trigger) {
        String condition = trigger.condition().name().toLowerCase(Locale.ROOT);
        return switch (trigger) {
            case Trigger.Email email ->
                new TriggerRow("email", condition, email.to(), email.cc(), email.inReplyTo(), null);
            case Trigger.Webhook webhook -> new TriggerRow("webhook", condition, null, null, null, webhook.url());
        };
    }
}
