package dev.trivet.blobs.s3;

import dev.trivet.blobs.BlobException;
import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobReferences;
import dev.trivet.blobs.BlobsCollected;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a bucket: the blobs and the notes of when they were kept, side by side in the order of their hashes, so that memory does not
 * grow with their number. Only those whose grace time is over are asked about, in batches; what of a batch nothing references is deleted in
 * a {@link CollectionWindows window}. Not thread-safe.
 */
final class S3Collection {
    private static final int BATCH = 1000;

    private final Bucket bucket;
    private final KeptMarks marks;
    private final CollectionWindows windows;
    private final BlobReferences references;
    private final Instant cutoff;
    private final Listing notes;
    private final TreeMap<String, BlobRef> candidates = new TreeMap<>();
    private final List<String> oldMarks = new ArrayList<>();
    private KeptMarks.@Nullable Mark mark;
    private long examined;
    private long deleted;
    private long freedBytes;

    S3Collection(Bucket bucket, KeptMarks marks, CollectionWindows windows, BlobReferences references, Instant cutoff) {
        this.bucket = bucket;
        this.marks = marks;
        this.windows = windows;
        this.references = references;
        this.cutoff = cutoff;
        this.notes = new Listing(bucket, KeptMarks.PREFIX, null);
    }

    BlobsCollected run() throws IOException {
        advance();
        var listing = new Listing(bucket, S3BlobStore.BLOBS, null);
        for (Bucket.Item item = listing.next(); item != null; item = listing.next()) {
            String name = item.key().substring(S3BlobStore.BLOBS.length());
            if (BlobRef.isSha256(name)) {
                examined++;
                consider(new BlobRef(name, item.size()), item.modified());
            }
        }
        while (mark != null) {
            passMark();
        }
        decide();
        forget();
        return new BlobsCollected(examined, deleted, freedBytes);
    }

    /** A blob that nobody noted anything of counts from when its object was made. */
    private void consider(BlobRef ref, Instant made) throws IOException {
        Instant last = made;
        for (KeptMarks.Mark at = mark; at != null && at.sha256().compareTo(ref.sha256()) <= 0; at = mark) {
            if (at.sha256().equals(ref.sha256()) && at.time().isAfter(last)) {
                last = at.time();
            }
            passMark();
        }
        if (last.isBefore(cutoff)) {
            candidates.put(ref.sha256(), ref);
            if (candidates.size() >= BATCH) {
                decide();
            }
        }
    }

    /** What is older than the grace time says nothing any more. */
    private void passMark() throws BlobException {
        KeptMarks.Mark passed = mark;
        if (passed != null && passed.time().isBefore(cutoff)) {
            oldMarks.add(passed.key());
            if (oldMarks.size() >= BATCH) {
                forget();
            }
        }
        advance();
    }

    private void advance() throws BlobException {
        KeptMarks.Mark next = null;
        Bucket.Item item = notes.next();
        while (item != null && next == null) {
            next = KeptMarks.of(item.key());
            item = next == null ? notes.next() : item;
        }
        mark = next;
    }

    private void forget() throws BlobException {
        if (!oldMarks.isEmpty()) {
            bucket.delete(List.copyOf(oldMarks));
            oldMarks.clear();
        }
    }

    private void decide() throws IOException {
        if (candidates.isEmpty()) {
            return;
        }
        Set<String> needed = references.referencedAmong(Set.copyOf(candidates.keySet()));
        candidates.keySet().removeAll(needed);
        if (!candidates.isEmpty()) {
            deleteCandidates(candidates.firstKey(), candidates.lastKey());
        }
        candidates.clear();
    }

    private void deleteCandidates(String first, String last) throws BlobException {
        try (CollectionWindows.Window window = windows.open(first, last)) {
            for (Map.Entry<String, Instant> kept : marks.between(first, last).entrySet()) {
                if (!kept.getValue().isBefore(cutoff)) {
                    candidates.remove(kept.getKey());
                }
            }
            // Without time left the next collection finds them again.
            if (!candidates.isEmpty() && window.usable()) {
                bucket.delete(candidates.keySet().stream().map(S3BlobStore::key).toList());
                deleted += candidates.size();
                freedBytes +=
                        candidates.values().stream().mapToLong(BlobRef::size).sum();
            }
        }
    }
}
