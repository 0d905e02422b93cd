package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** What a forge answered, and what that means for a status (spec section 6.3). */
record ForgeAnswer(int status, HttpHeaders headers, String body, Instant at) {
    private static final Duration DEFAULT_SNOOZE = Duration.ofMinutes(1);
    private static final Duration LONGEST_SNOOZE = Duration.ofHours(1);
    private static final int SHOWN = 300;

    ForgeAnswer {
        requireNonNull(headers, "headers is null");
        requireNonNull(body, "body is null");
        requireNonNull(at, "at is null");
    }

    boolean isGood() {
        return status / 100 == 2;
    }

    /** The body; nothing if it is no JSON. */
    JsonNode json() {
        try {
            return Optional.ofNullable(Json.MAPPER.readTree(body)).orElse(MissingNode.getInstance());
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    /** The body's beginning, for messages. */
    String excerpt() {
        return Words.line(body, SHOWN);
    }

    /** What an answer means that is not a good one. */
    StatusResult failure() {
        if (isRateLimit()) {
            return new StatusResult.RateLimited(snoozedUntil());
        }
        String reason = "the forge answered " + status + ": " + excerpt();
        if (status / 100 == 3) {
            return new StatusResult.GiveUp("the forge answered " + status
                    + " and redirects to another place; put the address of its API into the configuration");
        }
        return status / 100 == 5 || status == 408 ? new StatusResult.Retry(reason) : new StatusResult.GiveUp(reason);
    }

    /** GitHub also says 403, with nothing remaining or a time to wait. */
    private boolean isRateLimit() {
        boolean exhausted =
                headers.firstValue("X-RateLimit-Remaining").filter("0"::equals).isPresent();
        return status == 429
                || (status == 403
                        && (exhausted || headers.firstValue("Retry-After").isPresent()));
    }

    private Instant snoozedUntil() {
        Instant told = headers.firstValue("Retry-After")
                .flatMap(this::retryAfter)
                .or(() -> headers.firstValue("X-RateLimit-Reset").flatMap(ForgeAnswer::epochSecond))
                .or(() -> headers.firstValue("RateLimit-Reset").flatMap(ForgeAnswer::epochSecond))
                .orElse(at.plus(DEFAULT_SNOOZE));
        Instant earliest = at.plusSeconds(1);
        Instant latest = at.plus(LONGEST_SNOOZE);
        if (told.isBefore(earliest)) {
            return earliest;
        }
        return told.isAfter(latest) ? latest : told;
    }

    private Optional<Instant> retryAfter(String value) {
        if (value.matches("[0-9]{1,9}")) {
            return Optional.of(at.plusSeconds(Long.parseLong(value)));
        }
        try {
            return Optional.of(ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> epochSecond(String value) {
        return value.matches("[0-9]{1,11}")
                ? Optional.of(Instant.ofEpochSecond(Long.parseLong(value)))
                : Optional.empty();
    }
}
