package dev.trivet.blobs.s3;

import dev.trivet.blobs.BlobException;
import dev.trivet.blobs.BlobRef;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When blobs were last put or kept: empty objects {@code kept/<hash>/<milliseconds>}. A list of them says it of a thousand blobs with one
 * request, and a new one costs the same for a blob of any size. Thread-safe.
 */
final class KeptMarks {
    static final String PREFIX = "kept/";
    private static final int HASH = 64;

    private final Bucket bucket;
    private final InstantSource clock;

    KeptMarks(Bucket bucket, InstantSource clock) {
        this.bucket = bucket;
        this.clock = clock;
    }

    /** One of them. */
    record Mark(String key, String sha256, long millis) {
        Instant time() {
            return Instant.ofEpochMilli(millis);
        }
    }

    /** Starts a new grace time. */
    void renew(BlobRef ref) throws BlobException {
        bucket.mark(PREFIX + ref.sha256() + String.format(Locale.ROOT, "/%013d", clock.millis()));
    }

    /** What the key says; null if it is none of ours. */
    static @Nullable Mark of(String key) {
        if (key.length() < PREFIX.length() + HASH + 2 || key.charAt(PREFIX.length() + HASH) != '/') {
            return null;
        }
        String sha256 = key.substring(PREFIX.length(), PREFIX.length() + HASH);
        try {
            return BlobRef.isSha256(sha256)
                    ? new Mark(key, sha256, Long.parseLong(key.substring(PREFIX.length() + HASH + 1)))
                    : null;
        } catch (NumberFormatException foreign) {
            return null;
        }
    }

    /** The last times that are noted now of the blobs from one hash to another, both included. */
    Map<String, Instant> between(String first, String last) throws BlobException {
        Map<String, Instant> times = new HashMap<>();
        var listing = new Listing(bucket, PREFIX, PREFIX + first);
        for (Bucket.Item item = listing.next(); item != null; item = listing.next()) {
            Mark mark = of(item.key());
            if (mark == null) {
                continue;
            }
            if (mark.sha256().compareTo(last) > 0) {
                break;
            }
            times.merge(mark.sha256(), mark.time(), (one, other) -> one.isAfter(other) ? one : other);
        }
        return times;
    }
}
