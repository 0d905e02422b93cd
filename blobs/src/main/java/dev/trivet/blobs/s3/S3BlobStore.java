package dev.trivet.blobs.s3;

import static java.util.Objects.requireNonNull;

import dev.trivet.blobs.BlobCorruptException;
import dev.trivet.blobs.BlobException;
import dev.trivet.blobs.BlobNotFoundException;
import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobReferences;
import dev.trivet.blobs.BlobStats;
import dev.trivet.blobs.BlobStore;
import dev.trivet.blobs.BlobsCollected;
import dev.trivet.blobs.DirectoryLock;
import dev.trivet.blobs.DurableFiles;
import dev.trivet.blobs.Upload;
import dev.trivet.blobs.UploadDirectory;
import dev.trivet.blobs.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Blobs as objects {@code sha256/<hash>} of a bucket, which any number of servers share (DESIGN.md section 4). An upload grows in a local
 * file until its hash is known. When a blob was last put or kept is noted in the bucket, too (see {@link KeptMarks}), and garbage
 * collections of one server beside puts and keeps of another lose nothing (see {@link CollectionWindows}). That needs a bucket that shows
 * every object to everybody once its making was answered, as Amazon's does, and clocks of the servers that differ by much less than the
 * grace time.
 */
public final class S3BlobStore implements BlobStore {
    static final String BLOBS = "sha256/";
    private static final long PART_BYTES = 16L << 20;
    /** An upload in parts that is older was left by a server that died. */
    private static final Duration LONGEST_UPLOAD = Duration.ofDays(1);

    private final Bucket bucket;
    private final InstantSource clock;
    private final DirectoryLock ownership;
    private final UploadDirectory uploads;
    private final KeptMarks marks;
    private final CollectionWindows windows;
    private final S3Upload upload;

    private S3BlobStore(Bucket bucket, Path spool, InstantSource clock, Bounds bounds, DirectoryLock ownership)
            throws IOException {
        this.bucket = bucket;
        this.clock = clock;
        this.ownership = ownership;
        this.uploads = new UploadDirectory(spool.resolve("tmp"));
        this.marks = new KeptMarks(bucket, clock);
        this.windows = new CollectionWindows(bucket, bounds.times());
        this.upload = new S3Upload(bucket, bounds.partBytes());
    }

    /** What tests make smaller. */
    record Bounds(long partBytes, CollectionWindows.Times times) {
        static final Bounds USUAL = new Bounds(PART_BYTES, CollectionWindows.Times.USUAL);
    }

    /**
     * Opens a store, and makes sure that the bucket can be listed, written to and deleted from.
     *
     * @param spool directory of this process alone, where uploads grow
     * @throws BlobException naming the endpoint, the bucket, and the configuration to change
     */
    public static S3BlobStore open(S3Settings settings, Path spool, InstantSource clock) throws IOException {
        return open(settings, spool, clock, Bounds.USUAL);
    }

    static S3BlobStore open(S3Settings settings, Path spool, InstantSource clock, Bounds bounds) throws IOException {
        requireNonNull(settings, "settings is null");
        requireNonNull(clock, "clock is null");
        DurableFiles.createDirectories(spool);
        DirectoryLock ownership = DirectoryLock.take(spool);
        Bucket bucket = null;
        boolean opened = false;
        try {
            bucket = new Bucket(settings);
            check(bucket);
            S3BlobStore store = new S3BlobStore(bucket, spool, clock, bounds, ownership);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                ownership.close();
                if (bucket != null) {
                    bucket.close();
                }
            }
        }
    }

    /**
     * Makes sure that the bucket can be listed, written to and deleted from.
     *
     * @throws BlobException naming the endpoint, the bucket, and the configuration to change
     */
    public static void check(S3Settings settings) throws BlobException {
        try (Bucket bucket = new Bucket(settings)) {
            check(bucket);
        }
    }

    private static void check(Bucket bucket) throws BlobException {
        bucket.list(BLOBS, null, null);
        String key = "check/" + UUID.randomUUID();
        bucket.mark(key);
        bucket.delete(key);
    }

    @Override
    public BlobRef put(InputStream content, long maxBytes) throws IOException {
        requireNonNull(content, "content is null");
        if (maxBytes < 0) {
            throw new IllegalArgumentException("maxBytes is negative: " + maxBytes);
        }
        try (Upload received = uploads.start()) {
            BlobRef ref = received.receive(content, maxBytes);
            if (!noted(ref)) {
                upload.send(received.file(), ref, key(ref.sha256()));
                if (upload.isLarge(ref)) {
                    // It took its time, which is not the caller's.
                    marks.renew(ref);
                }
            }
            return ref;
        }
    }

    /** Starts a new grace time, and says whether the blob is there to have one. */
    private boolean noted(BlobRef ref) throws BlobException {
        marks.renew(ref);
        windows.await(ref);
        return bucket.size(key(ref.sha256())).filter(size -> size == ref.size()).isPresent();
    }

    @Override
    public Optional<BlobRef> find(String sha256) throws IOException {
        return BlobRef.isSha256(sha256)
                ? bucket.size(key(sha256)).map(size -> new BlobRef(sha256, size))
                : Optional.empty();
    }

    @Override
    public boolean keep(BlobRef ref) throws IOException {
        return noted(ref);
    }

    @Override
    public InputStream open(BlobRef ref) throws IOException {
        return openRange(ref, 0, ref.size());
    }

    @Override
    public InputStream openVerified(BlobRef ref) throws IOException {
        return new VerifyingInputStream(open(ref), ref);
    }

    @Override
    public InputStream openRange(BlobRef ref, long from, long length) throws IOException {
        Objects.checkFromIndexSize(from, length, ref.size());
        if (length > 0) {
            return new S3InputStream(bucket, key(ref.sha256()), ref, from, length);
        }
        long size = bucket.size(key(ref.sha256())).orElseThrow(() -> new BlobNotFoundException(ref));
        if (size != ref.size()) {
            throw new BlobCorruptException(ref, "its object has " + size + " bytes");
        }
        return InputStream.nullInputStream();
    }

    @Override
    public boolean delete(BlobRef ref) throws IOException {
        String key = key(ref.sha256());
        if (bucket.size(key).isEmpty()) {
            return false;
        }
        bucket.delete(key);
        return true;
    }

    @Override
    public BlobsCollected collect(BlobReferences references, Duration grace) throws IOException {
        requireNonNull(references, "references is null");
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace is negative: " + grace);
        }
        Instant now = clock.instant();
        BlobsCollected collected = new S3Collection(bucket, marks, windows, references, now.minus(grace)).run();
        windows.tidy();
        upload.tidy(now.minus(LONGEST_UPLOAD));
        return collected;
    }

    @Override
    public BlobStats stats() throws IOException {
        long count = 0;
        long bytes = 0;
        var listing = new Listing(bucket, BLOBS, null);
        for (Bucket.Item item = listing.next(); item != null; item = listing.next()) {
            if (BlobRef.isSha256(item.key().substring(BLOBS.length()))) {
                count++;
                bytes += item.size();
            }
        }
        return new BlobStats(count, bytes);
    }

    @Override
    public void close() throws IOException {
        bucket.close();
        ownership.close();
    }

    static String key(String sha256) {
        return BLOBS + sha256;
    }

    @Override
    public String toString() {
        return "blobs in " + bucket;
    }
}
