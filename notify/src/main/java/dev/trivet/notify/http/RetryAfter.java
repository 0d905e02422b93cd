package dev.trivet.notify.http;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** How long a receiver wants to be left alone. */
final class RetryAfter {
    private RetryAfter() {}

    /** By {@code Retry-After} (seconds, or a time), or by a limit that is used up; zero if it says nothing. */
    static Duration of(HttpHeaders headers, Instant now) {
        String said = headers.firstValue("Retry-After").orElse("").strip();
        if (said.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(said));
        }
        if (!said.isEmpty()) {
            try {
                return positive(Duration.between(
                        now,
                        ZonedDateTime.parse(said, DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant()));
            } catch (DateTimeParseException noTime) {
                return Duration.ZERO;
            }
        }
        String reset = headers.firstValue("X-RateLimit-Reset").orElse("").strip();
        boolean used =
                headers.firstValue("X-RateLimit-Remaining").orElse("").strip().equals("0");
        return used && reset.matches("\\d{1,12}")
                ? positive(Duration.between(now, Instant.ofEpochSecond(Long.parseLong(reset))))
                : Duration.ZERO;
    }

    private static Duration positive(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
