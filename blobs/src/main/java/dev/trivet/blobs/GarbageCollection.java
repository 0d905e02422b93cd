package dev.trivet.blobs;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** One pass over the stored blobs. Only those whose grace time is over are asked about, in batches. */
final class GarbageCollection {
    private static final int BATCH = 1000;

    /** Deletes a blob unless it was put or kept at or after the cutoff; false if it stays. */
    @FunctionalInterface
    interface Deletion {
        boolean deleteIfOlder(BlobRef ref, FileTime cutoff) throws IOException;
    }

    private final BlobReferences references;
    private final FileTime cutoff;
    private final Deletion deletion;
    private final Map<String, BlobRef> candidates = new HashMap<>();
    private long examined;
    private long deleted;
    private long freedBytes;

    GarbageCollection(BlobReferences references, Instant cutoff, Deletion deletion) {
        this.references = references;
        this.cutoff = FileTime.from(cutoff);
        this.deletion = deletion;
    }

    /** Collects one directory of blobs. */
    void collect(Path shard) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(shard)) {
            for (Path file : files) {
                consider(file);
            }
        }
        decide();
    }

    BlobsCollected result() {
        return new BlobsCollected(examined, deleted, freedBytes);
    }

    private void consider(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (!BlobRef.isSha256(name)) {
            return;
        }
        examined++;
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.lastModifiedTime().compareTo(cutoff) < 0) {
                candidates.put(name, new BlobRef(name, attributes.size()));
            }
        } catch (NoSuchFileException deletedMeanwhile) {
            return;
        }
        if (candidates.size() >= BATCH) {
            decide();
        }
    }

    private void decide() throws IOException {
        if (candidates.isEmpty()) {
            return;
        }
        Set<String> needed = references.referencedAmong(Set.copyOf(candidates.keySet()));
        for (BlobRef ref : candidates.values()) {
            if (!needed.contains(ref.sha256()) && deletion.deleteIfOlder(ref, cutoff)) {
                deleted++;
                freedBytes += ref.size();
            }
        }
        candidates.clear();
    }
}
