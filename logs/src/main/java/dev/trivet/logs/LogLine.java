package dev.trivet.logs;

/**
 * One line.
 *
 * @param number from 0
 * @param offset position of its first byte
 * @param text decoded as UTF-8 (broken bytes become U+FFFD), without its line end
 * @param cut the line is longer than {@link LogStore#MAX_LINE_BYTES}; this is its beginning
 */
public record LogLine(long number, long offset, String text, boolean cut) {}
