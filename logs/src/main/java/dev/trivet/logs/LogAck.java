package dev.trivet.logs;

/**
 * Answer to an append.
 *
 * @param end bytes of the writer accepted so far, kept or dropped: the offset of its next append. They survive the death of the
 *     server process at once
 * @param durable the part of {@code end} that also survives a power loss; a remote writer keeps its copy of the rest
 * @param truncated the log is at its limit: what follows is counted and dropped, so the writer need not send it
 */
public record LogAck(long end, long durable, boolean truncated) {}
