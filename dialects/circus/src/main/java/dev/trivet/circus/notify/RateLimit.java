package dev.trivet.circus.notify;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What GitHub says of how much more it takes (spec section 11).
 *
 * @param reset when it begins anew, in seconds since 1970
 */
record RateLimit(long limit, long remaining, long reset) {
    private static final long WORTH_A_WORD = 2000;
    private static final long FEW = 1000;

    /** @param headers one to a line; empty if they do not say it */
    static Optional<RateLimit> of(String headers) {
        Map<String, Long> said = new HashMap<>();
        headers.lines().forEach(line -> {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            if (name.startsWith("x-ratelimit-") && value.matches("\\d{1,15}")) {
                said.put(name.substring("x-ratelimit-".length()), Long.parseLong(value));
            }
        });
        Long limit = said.get("limit");
        Long remaining = said.get("remaining");
        Long reset = said.get("reset");
        return limit == null || remaining == null || reset == null
                ? Optional.empty()
                : Optional.of(new RateLimit(limit, remaining, reset));
    }

    boolean isLow() {
        return remaining <= WORTH_A_WORD;
    }

    /** How long to send nothing. */
    Duration rest(Instant now) {
        if (remaining > FEW) {
            return Duration.ZERO;
        }
        long left = Math.max(1, reset - now.getEpochSecond());
        long consumed = Math.max(0, limit - remaining);
        return Duration.ofSeconds(Math.max(1, consumed * 5 / left));
    }
}
