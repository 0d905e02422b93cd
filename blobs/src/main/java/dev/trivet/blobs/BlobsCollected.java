package dev.trivet.blobs;

/**
 * What one garbage collection did.
 *
 * @param examined blobs seen
 * @param deleted blobs that nothing referenced and whose grace time was over
 * @param freedBytes sum of the sizes of the deleted ones
 */
public record BlobsCollected(long examined, long deleted, long freedBytes) {}
