package dev.trivet.blobs.s3;

import dev.trivet.blobs.BlobException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Objects below a prefix in the order of their keys, page by page, one page in memory. Not thread-safe. */
final class Listing {
    private final Bucket bucket;
    private final String prefix;
    private final @Nullable String after;
    private Iterator<Bucket.Item> page = List.<Bucket.Item>of().iterator();
    private @Nullable String next;
    private boolean last;
    private Instant time = Instant.EPOCH;

    /** @param after only what comes behind this key, or null */
    Listing(Bucket bucket, String prefix, @Nullable String after) {
        this.bucket = bucket;
        this.prefix = prefix;
        this.after = after;
    }

    /** The next one, or null after the last. */
    Bucket.@Nullable Item next() throws BlobException {
        while (!page.hasNext()) {
            if (last) {
                return null;
            }
            Bucket.Page read = bucket.list(prefix, after, next);
            page = read.items().iterator();
            next = read.next();
            time = read.time();
            last = next == null;
        }
        return page.next();
    }

    /** When the last page was read, by the clock of S3. */
    Instant time() {
        return time;
    }
}
