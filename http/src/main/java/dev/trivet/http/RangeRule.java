package dev.trivet.http;

/** How a Range header is answered where HTTP leaves a choice, or where a client needs another one. */
public enum RangeRule {
    /** As RFC 9110 says; content without a byte satisfies no range. */
    STANDARD,
    /** The same, but a log that has no byte yet answers any range with 206 and {@code bytes 0-0/0} (spec srht 4.5). */
    FOLLOWED_LOG
}
