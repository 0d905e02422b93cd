package dev.trivet.circus.notify;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A project's configuration with what is secret in it sealed, opened or hidden. */
final class SealedConfig {
    static final String MASK = "********";
    private static final Set<String> SECRETS = Set.of("url", "webhook_url", "secret", "token", "smtp_password");
    private static final Set<String> ADDRESSES = Set.of("url", "webhook_url");
    private static final String HEADERS = "headers";

    private SealedConfig() {}

    /** What a secret is bound to. */
    static String place(UUID project, NotificationType type) {
        return "notification " + type.wireName() + " of " + project;
    }

    static ObjectNode sealed(JsonNode config, Sealing sealing, String place) {
        return mapped(config, (name, secret) -> sealing.seal(secret, place + " " + name));
    }

    /** Empty if something cannot be opened. */
    static Optional<ObjectNode> opened(JsonNode config, Sealing sealing, String place) {
        boolean[] closed = {false};
        ObjectNode opened = mapped(config, (name, kept) -> {
            Optional<String> secret = sealing.open(kept, place + " " + name);
            closed[0] |= secret.isEmpty();
            return secret.orElse("");
        });
        return closed[0] ? Optional.empty() : Optional.of(opened);
    }

    /** As it may be shown; of addresses only the host. */
    static ObjectNode masked(JsonNode opened) {
        return mapped(opened, (name, secret) -> ADDRESSES.contains(name) ? host(secret) : MASK);
    }

    private static String host(String address) {
        try {
            URI uri = URI.create(address);
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            return uri.getHost() == null ? MASK : uri.getScheme() + "://" + uri.getHost() + port + "/" + MASK;
        } catch (IllegalArgumentException malformed) {
            return MASK;
        }
    }

    private static ObjectNode mapped(JsonNode config, BiFunction<String, String, String> change) {
        ObjectNode changed = JsonNodeFactory.instance.objectNode();
        config.properties().forEach(entry -> {
            String name = entry.getKey();
            JsonNode value = entry.getValue();
            if (name.equals(HEADERS) && value.isObject()) {
                ObjectNode headers = JsonNodeFactory.instance.objectNode();
                value.properties()
                        .forEach(header -> headers.set(
                                header.getKey(), one(HEADERS + "." + header.getKey(), header.getValue(), change)));
                changed.set(name, headers);
            } else {
                changed.set(name, SECRETS.contains(name) ? one(name, value, change) : value);
            }
        });
        return changed;
    }

    private static JsonNode one(String name, @Nullable JsonNode value, BiFunction<String, String, String> change) {
        return value != null && value.isString()
                ? JsonNodeFactory.instance.stringNode(change.apply(name, value.stringValue()))
                : JsonNodeFactory.instance.nullNode();
    }
}
