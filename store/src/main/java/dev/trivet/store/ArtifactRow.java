package dev.trivet.store;

import java.time.Instant;

/**
 * An artifact as stored.
 *
 * @param path as the plan names it
 * @param size in bytes
 * @param blob SHA-256 in hex
 */
public record ArtifactRow(long id, long jobId, String path, String name, long size, String blob, Instant createdAt) {}
