package dev.trivet.http;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The id of a request: the caller's own if it is one, else a new one. Says nothing about anything; need not be hard to guess. */
final class RequestIds {
    private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9._:/+=-]{20,200}");

    private RequestIds() {}

    static String of(@Nullable String sent) {
        if (sent != null && ACCEPTED.matcher(sent).matches()) {
            return sent;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }
}
