package dev.trivet.srht;

import dev.trivet.blobs.BlobRef;
import java.time.Instant;

/**
 * A file that a job left.
 *
 * @param id ascending in the order of upload
 * @param path as the manifest names it
 * @param name the last part of it
 * @param blob its bytes
 */
public record Artifact(long id, Instant created, String path, String name, BlobRef blob) {}
