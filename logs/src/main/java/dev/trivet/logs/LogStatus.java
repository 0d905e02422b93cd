package dev.trivet.logs;

/**
 * What a log is at one instant.
 *
 * @param exists something was written, or the log was closed
 * @param size readable bytes
 * @param lines lines in them, a last one without line end included
 * @param received bytes of the writer accepted, kept or dropped: where the next append starts. The same as {@code size} unless
 *     truncated
 * @param durable the part of {@code received} that survives a power loss
 * @param truncated the limit was reached; the last line says so
 * @param closed nothing more will come
 */
public record LogStatus(
        boolean exists, long size, long lines, long received, long durable, boolean truncated, boolean closed) {}
