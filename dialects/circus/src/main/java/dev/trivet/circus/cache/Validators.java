package dev.trivet.circus.cache;

import dev.trivet.http.Header;
import dev.trivet.http.Request;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * By what a client recognizes an answer that it has (RFC 9110 section 8.8). Immutable.
 *
 * @param tag strong, in its quotes
 * @param modified to the second
 */
record Validators(String tag, Instant modified) {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    Validators {
        Objects.requireNonNull(tag, "tag is null");
        modified = modified.truncatedTo(ChronoUnit.SECONDS);
    }

    /** Of something that is named by its content. */
    static Validators of(String name, Instant modified) {
        return new Validators('"' + name + '"', modified);
    }

    List<Header> headers() {
        return List.of(new Header("ETag", tag), new Header("Last-Modified", DATE.format(modified)));
    }

    /** Whether the client says that it has this already; the tag counts before the time. */
    boolean isKnownTo(Request request) {
        Optional<String> tags = request.header("If-None-Match");
        if (tags.isPresent()) {
            return matches(tags.get());
        }
        return request.header("If-Modified-Since").map(this::isOlder).orElse(false);
    }

    private boolean matches(String tags) {
        for (String one : tags.split(",", -1)) {
            String plain = one.strip();
            if (plain.equals("*") || plain.equals(tag) || plain.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOlder(String since) {
        try {
            return !modified.isAfter(DateTimeFormatter.RFC_1123_DATE_TIME.parse(since.strip(), Instant::from));
        } catch (DateTimeException noDate) {
            return false;
        }
    }
}
