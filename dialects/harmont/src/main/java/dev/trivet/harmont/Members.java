package dev.trivet.harmont;

import dev.trivet.http.HttpException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Members of a request's JSON object. A wrong type is refused with the code of what was asked for. */
final class Members {
    private final ObjectNode json;
    private final ErrorCode refusal;

    Members(ObjectNode json, ErrorCode refusal) {
        this.json = Objects.requireNonNull(json, "json is null");
        this.refusal = Objects.requireNonNull(refusal, "refusal is null");
    }

    /** A text, or null if it is absent or null. */
    @Nullable
    String text(String name, int longest) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            throw refused(name + " is invalid: expected a text, not " + type(value));
        }
        String text = value.stringValue();
        if (text.length() > longest) {
            throw refused(name + " is too long: at most " + longest + " characters");
        }
        if (text.indexOf('\0') >= 0) {
            throw refused(name + " is invalid: it has a NUL character");
        }
        return text;
    }

    /** A text with something in it. */
    String requiredText(String name, int longest) {
        String text = text(name, longest);
        if (text == null || text.isBlank()) {
            throw refused(name + " can't be blank");
        }
        return text;
    }

    /** A text of any length that is no error if it is something else; empty for a blank one. */
    Optional<String> lenientText(String name) {
        JsonNode value = value(name);
        return value != null && value.isString() && !value.stringValue().isBlank()
                ? Optional.of(value.stringValue())
                : Optional.empty();
    }

    /** An object of texts; empty if it is absent or null. */
    Map<String, String> texts(String name, int most) {
        JsonNode value = value(name);
        Map<String, String> texts = new LinkedHashMap<>();
        if (value == null) {
            return texts;
        }
        if (!(value instanceof ObjectNode object) || object.size() > most) {
            throw refused(name + " is invalid: expected an object of at most " + most + " texts");
        }
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            boolean good = member.getValue().isString()
                    && !member.getKey().isEmpty()
                    && member.getKey().indexOf('=') < 0
                    && member.getKey().indexOf('\0') < 0
                    && member.getValue().stringValue().indexOf('\0') < 0;
            if (!good) {
                throw refused(name + "." + member.getKey() + " is invalid: expected a variable's name and a text");
            }
            texts.put(member.getKey(), member.getValue().stringValue());
        }
        return texts;
    }

    /** An instant; null if it is absent, null or none. */
    @Nullable
    Instant instant(String name) {
        return lenientText(name)
                .map(text -> {
                    try {
                        return OffsetDateTime.parse(text).toInstant();
                    } catch (DateTimeParseException unreadable) {
                        return null;
                    }
                })
                .orElse(null);
    }

    HttpException refused(String reason) {
        return HarmontErrors.of(refusal, reason);
    }

    private @Nullable JsonNode value(String name) {
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private static String type(JsonNode value) {
        return value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }
}
