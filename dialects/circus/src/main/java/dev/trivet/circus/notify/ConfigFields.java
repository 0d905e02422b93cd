package dev.trivet.circus.notify;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The members of a project's configuration. Their values may be secrets: errors do not repeat them. */
final class ConfigFields {
    private static final int LONGEST = 2048;
    private static final int MOST = 50;

    private final JsonNode config;

    /** @throws ConfigException if it is no object, or has another member than these */
    ConfigFields(JsonNode config, String... allowed) {
        if (!config.isObject()) {
            throw new ConfigException("config", "must be an object with " + String.join(", ", allowed));
        }
        for (String name : config.propertyNames()) {
            if (!List.of(allowed).contains(name)) {
                throw new ConfigException(
                        "config." + shown(name), "does not exist; there are " + String.join(", ", allowed));
            }
        }
        this.config = config;
    }

    private static String shown(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_-]", "?");
        return plain.length() <= 64 ? plain : plain.substring(0, 64);
    }

    boolean has(String name) {
        return !config.path(name).isMissingNode() && !config.path(name).isNull();
    }

    String text(String name) {
        return textIfAny(name).orElseThrow(() -> new ConfigException("config." + name, "is needed"));
    }

    Optional<String> textIfAny(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        return Optional.of(text(config.path(name), "config." + name));
    }

    private static String text(JsonNode value, String where) {
        if (!value.isString() || value.stringValue().isBlank()) {
            throw new ConfigException(where, "must be a text that is not empty");
        }
        String text = value.stringValue();
        if (text.length() > LONGEST) {
            throw new ConfigException(where, "must have at most " + LONGEST + " characters, not " + text.length());
        }
        if (text.codePoints()
                .anyMatch(
                        c -> c < ' ' || c == 0x7f || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE))) {
            throw new ConfigException(where, "must not contain control characters or half of one");
        }
        return text;
    }

    boolean flag(String name, boolean otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        if (!config.path(name).isBoolean()) {
            throw new ConfigException("config." + name, "must be true or false");
        }
        return config.path(name).booleanValue();
    }

    int number(String name, int otherwise, int least, int most) {
        if (!has(name)) {
            return otherwise;
        }
        JsonNode value = config.path(name);
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > most) {
            throw new ConfigException("config." + name, "must be a number from " + least + " to " + most);
        }
        return value.intValue();
    }

    List<String> texts(String name) {
        JsonNode value = config.path(name);
        if (!value.isArray() || value.isEmpty() || value.size() > MOST) {
            throw new ConfigException("config." + name, "must be a list of 1 to " + MOST + " texts");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : value) {
            texts.add(text(element, "config." + name + "[" + texts.size() + "]"));
        }
        return texts;
    }

    Map<String, String> pairs(String name) {
        if (!has(name)) {
            return Map.of();
        }
        JsonNode value = config.path(name);
        if (!value.isObject() || value.size() > MOST) {
            throw new ConfigException("config." + name, "must be an object with at most " + MOST + " texts");
        }
        Map<String, String> pairs = new LinkedHashMap<>();
        value.properties()
                .forEach(entry -> pairs.put(
                        entry.getKey(), text(entry.getValue(), "config." + name + "." + shown(entry.getKey()))));
        return pairs;
    }

    /** An address of the web. */
    URI address(String name) {
        String text = text(name);
        try {
            URI address = URI.create(text);
            boolean web = "https".equalsIgnoreCase(address.getScheme()) || "http".equalsIgnoreCase(address.getScheme());
            if (web
                    && address.getHost() != null
                    && address.getRawUserInfo() == null
                    && address.getRawFragment() == null) {
                return address;
            }
        } catch (IllegalArgumentException malformed) {
            // Said below.
        }
        throw new ConfigException(
                "config." + name, "must be an address such as https://host/path, without a user in it");
    }
}
