package dev.trivet.circus.notify;

import dev.trivet.notify.Channel;
import dev.trivet.notify.Delivery;
import dev.trivet.notify.Outcome;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Delivers the tasks of one kind: what is secret is looked up now, so a token that was changed counts. Thread-safe. */
final class BuildChannel implements Channel {
    static final String DIALECT = "circus";
    /** The channel of a task that goes where the server's configuration says. */
    static final String GLOBAL = "global";

    private final NotificationType type;
    private final NotificationSettings settings;
    private final ConfigStore configs;
    private final Sender sender;

    BuildChannel(NotificationType type, NotificationSettings settings, ConfigStore configs, Sender sender) {
        this.type = Objects.requireNonNull(type, "type is null");
        this.settings = Objects.requireNonNull(settings, "settings is null");
        this.configs = Objects.requireNonNull(configs, "configs is null");
        this.sender = Objects.requireNonNull(sender, "sender is null");
    }

    @Override
    public String dialect() {
        return DIALECT;
    }

    @Override
    public String kind() {
        return type.wireName();
    }

    @Override
    public Outcome deliver(Delivery delivery) throws InterruptedException {
        JsonNode payload = delivery.payload();
        Optional<Target> target;
        try {
            target = target(payload.path("channel").asString(""));
        } catch (ConfigException changed) {
            return new Outcome.Refused("the configuration cannot be used: " + changed.getMessage(), null);
        }
        if (target.isEmpty()) {
            return new Outcome.Refused("the configuration was removed or disabled meanwhile", null);
        }
        String to = payload.path("to").asString("");
        if (payload.path("alert").isObject()) {
            return sender.send(target.get(), AlertEvent.of(payload.path("alert")), to, delivery.id());
        }
        BuildEvent event;
        try {
            event = BuildEvent.of(payload.path("event"));
        } catch (IllegalArgumentException malformed) {
            return new Outcome.Refused(String.valueOf(malformed.getMessage()), null);
        }
        return sender.send(target.get(), event, to, delivery.id());
    }

    private Optional<Target> target(String channel) {
        if (channel.equals(GLOBAL)) {
            return settings.target(type);
        }
        UUID id;
        try {
            id = UUID.fromString(channel);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
        return configs.find(id)
                .filter(row -> row.enabled() && row.type() == type)
                .map(configs::target);
    }
}
