package dev.trivet.store;

/**
 * An edge as stored: {@code to} waits for {@code from}.
 *
 * @param base whether {@code to} also stands on the file system of {@code from}
 */
public record EdgeRow(long from, long to, boolean base) {}
