package dev.trivet.srht.graphql;

import dev.trivet.srht.SrhtSettings;
import graphql.schema.idl.RuntimeWiring;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What clients have to know of the server. */
final class ServerFields {
    /** Clients connect under this name. */
    private static final String SSH_USER = "builds";

    private final SrhtSettings settings;

    ServerFields(SrhtSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings is null");
    }

    void wire(RuntimeWiring.Builder wiring) {
        wiring.type("Query", type -> type.dataFetcher("version", fetching -> version()));
    }

    private Map<String, @Nullable Object> version() {
        Map<String, @Nullable Object> version = new HashMap<>();
        version.put("major", 0);
        version.put("minor", 0);
        version.put("patch", 0);
        version.put("deprecationDate", null);
        version.put("settings", Map.of("sshUser", SSH_USER, "buildTimeout", duration(settings.deadline())));
        version.put("buildVersion", Objects.requireNonNullElse(implementation(), "development"));
        version.put("buildDate", "");
        return version;
    }

    private static @Nullable String implementation() {
        return ServerFields.class.getPackage().getImplementationVersion();
    }

    /** As Go writes durations: {@code 1h30m}, {@code 45m}, {@code 90s} becomes {@code 1m30s}. */
    static String duration(Duration duration) {
        StringBuilder text = new StringBuilder();
        append(text, duration.toHours(), 'h');
        append(text, duration.toMinutesPart(), 'm');
        append(text, duration.toSecondsPart(), 's');
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long number, char unit) {
        if (number > 0) {
            text.append(number).append(unit);
        }
    }
}
