package dev.trivet.harmont;

import dev.trivet.core.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Tokens for the logs of one build, as query parameter of their streams (spec section 2.9). Thread-safe. */
final class LogTokens {
    /** How long a token counts. */
    static final Duration LIFETIME = Duration.ofHours(1);

    private final Signatures signatures;
    private final InstantSource clock;

    LogTokens(Signatures signatures, InstantSource clock) {
        this.signatures = Objects.requireNonNull(signatures, "signatures is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** A token and when its time is over, in whole seconds. */
    record LogToken(String text, Instant expires) {}

    LogToken issue(UUID build) {
        Instant expires = Instant.ofEpochSecond(clock.instant().plus(LIFETIME).getEpochSecond());
        return new LogToken(signatures.sign(payload(build.toString(), expires.getEpochSecond())), expires);
    }

    static String payload(String build, long expires) {
        return "{\"build\":\"" + build + "\",\"exp\":" + expires + "}";
    }

    /** The build that a token is for, if the token counts. */
    Optional<String> build(String token) {
        return signatures.verify(token).flatMap(this::valid);
    }

    private Optional<String> valid(String payload) {
        try {
            JsonNode json = Json.MAPPER.readTree(payload);
            JsonNode build = json.path("build");
            JsonNode expires = json.path("exp");
            boolean good = build.isString()
                    && expires.isIntegralNumber()
                    && expires.canConvertToLong()
                    && expires.longValue() > clock.instant().getEpochSecond();
            return good ? Optional.of(build.stringValue()) : Optional.empty();
        } catch (JacksonException unreadable) {
            return Optional.empty();
        }
    }
}
