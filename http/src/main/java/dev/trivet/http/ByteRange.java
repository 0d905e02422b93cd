package dev.trivet.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is sent of some content: everything, a part, or a refusal (RFC 9110 section 14, spec srht 4.5). */
sealed interface ByteRange {
    /** Status 200. */
    record Whole(long size) implements ByteRange {}

    /** Status 206. */
    record Part(long offset, long length, String contentRange) implements ByteRange {}

    /** Status 416. */
    record Unsatisfiable(long size) implements ByteRange {
        String contentRange() {
            return "bytes */" + size;
        }
    }

    /** {@code bytes=5-}, {@code bytes=5-9} or {@code bytes=-5}; at most 18 digits, so that nothing overflows. */
    Pattern ONE = Pattern.compile("(?i:bytes)=\\s*(\\d{0,18})-(\\d{0,18})\\s*");

    /**
     * Decides.
     *
     * @param header the Range header; what is not a single range of bytes is ignored, as the RFC allows
     * @param size the size of the content now
     */
    static ByteRange of(@Nullable String header, long size, RangeRule rule) {
        Matcher matcher = header == null ? null : ONE.matcher(header);
        if (matcher == null || !matcher.matches()) {
            return new Whole(size);
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        if (first.isEmpty() && last.isEmpty()) {
            return new Whole(size);
        }
        if (!first.isEmpty() && !last.isEmpty() && Long.parseLong(last) < Long.parseLong(first)) {
            return new Whole(size);
        }
        if (size == 0 && rule == RangeRule.FOLLOWED_LOG) {
            return new Part(0, 0, "bytes 0-0/0");
        }
        return first.isEmpty() ? suffix(Long.parseLong(last), size) : from(Long.parseLong(first), last, size);
    }

    private static ByteRange suffix(long wanted, long size) {
        return wanted == 0 || size == 0 ? new Unsatisfiable(size) : part(Math.max(0, size - wanted), size - 1, size);
    }

    private static ByteRange from(long first, String last, long size) {
        if (first >= size) {
            return new Unsatisfiable(size);
        }
        return part(first, last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1), size);
    }

    private static Part part(long first, long last, long size) {
        return new Part(first, last - first + 1, "bytes " + first + "-" + last + "/" + size);
    }
}
