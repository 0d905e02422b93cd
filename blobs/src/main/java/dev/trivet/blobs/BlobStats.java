package dev.trivet.blobs;

/**
 * How much is stored.
 *
 * @param blobs number of blobs
 * @param bytes sum of their sizes
 */
public record BlobStats(long blobs, long bytes) {}
