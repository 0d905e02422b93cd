package dev.trivet.logs;

/**
 * A place where the text was found.
 *
 * @param line its line, from 0
 * @param offset position of its first byte in the log
 */
public record LogHit(long line, long offset) {}
