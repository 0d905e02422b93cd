package dev.trivet.blobs.s3;

import dev.trivet.blobs.BlobException;
import dev.trivet.blobs.BlobRef;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps collections of garbage and those who put and keep blobs apart, over all servers on one bucket, without a lock. A collection makes an
 * object {@code collecting/<first hash>-<last hash>-<random>} before it looks a last time which blobs were kept, and removes it after it has
 * deleted the others. Who puts or keeps first notes that, then looks for such an object, and waits until it is gone before it looks whether
 * the blob is there. As S3 shows every object to everybody from when its making is answered, at least one of the two sees the other:
 *
 * <ul>
 *   <li>The collection's last look comes after the note: the blob stays.
 *   <li>It comes before: then the window was there before the note. If it is still there, the other side waits and then sees what became of
 *       the blob; if it is not, the deletion is over and the other side sees its result.
 * </ul>
 *
 * <p>A collector that dies leaves its window. As it sends nothing after {@link Times#work()} and a deletion ends within
 * {@link Bucket#DELETION}, a window that is older than {@link Times#stale()} by the clock of S3 itself counts for nothing. Thread-safe.
 */
final class CollectionWindows {
    private static final String PREFIX = "collecting/";
    private static final Pattern NAME = Pattern.compile("collecting/([0-9a-f]{64})-([0-9a-f]{64})-[0-9a-f-]{36}");

    private final Bucket bucket;
    private final Times times;

    /**
     * How long windows are.
     *
     * @param work after that the collector that opened it deletes nothing
     * @param stale after that nobody waits for it; much longer than work and a deletion
     * @param pause between two looks of who waits
     */
    record Times(Duration work, Duration stale, Duration pause) {
        static final Times USUAL = new Times(Duration.ofSeconds(60), Duration.ofMinutes(5), Duration.ofMillis(250));
    }

    CollectionWindows(Bucket bucket, Times times) {
        this.bucket = bucket;
        this.times = times;
    }

    /** A window that is open until it is closed. */
    final class Window implements AutoCloseable {
        private final String key;
        private final long opened = System.nanoTime();

        private Window(String key) {
            this.key = key;
        }

        /** Whether there is time to delete something. */
        boolean usable() {
            return System.nanoTime() - opened < times.work().toNanos();
        }

        @Override
        public void close() throws BlobException {
            bucket.delete(key);
        }
    }

    /** Opens a window for the blobs between two hashes, both included. */
    Window open(String first, String last) throws BlobException {
        var window = new Window(PREFIX + first + "-" + last + "-" + UUID.randomUUID());
        bucket.mark(window.key);
        return window;
    }

    /**
     * Waits until no collection decides about the blob.
     *
     * @throws BlobException if it is interrupted
     */
    void await(BlobRef ref) throws BlobException {
        while (isOpen(ref)) {
            try {
                Thread.sleep(times.pause());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new BlobException("interrupted while waiting for a collection of " + bucket, interrupted);
            }
        }
    }

    private boolean isOpen(BlobRef ref) throws BlobException {
        var listing = new Listing(bucket, PREFIX, null);
        for (Bucket.Item item = listing.next(); item != null; item = listing.next()) {
            Matcher name = NAME.matcher(item.key());
            if (name.matches()
                    && name.group(1).compareTo(ref.sha256()) <= 0
                    && name.group(2).compareTo(ref.sha256()) >= 0
                    && !isStale(item, listing)) {
                return true;
            }
        }
        return false;
    }

    private boolean isStale(Bucket.Item item, Listing listing) {
        return item.modified().plus(times.stale()).isBefore(listing.time());
    }

    /** Removes windows of collectors that died. */
    void tidy() throws BlobException {
        var listing = new Listing(bucket, PREFIX, null);
        for (Bucket.Item item = listing.next(); item != null; item = listing.next()) {
            if (isStale(item, listing)) {
                bucket.delete(item.key());
            }
        }
    }
}
