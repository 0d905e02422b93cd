package dev.trivet.logs;

import java.time.Duration;
import java.util.Objects;

/**
 * How a log store behaves.
 *
 * @param maxBytes most bytes kept of one log where the writer names no limit of its own
 * @param syncInterval longest time (plus the duration of one pass) until an acknowledged byte is on stable storage
 * @param idleAfter a log without writer and watcher for that long gives its memory and file handle back
 * @param compressionLevel zstd level of closed logs
 */
public record LogSettings(long maxBytes, Duration syncInterval, Duration idleAfter, int compressionLevel) {
    /** 100 MiB per log, synced twice a second, idle after a minute, zstd level 3. */
    public static final LogSettings DEFAULT =
            new LogSettings(100L << 20, Duration.ofMillis(500), Duration.ofMinutes(1), 3);

    public LogSettings {
        Objects.requireNonNull(syncInterval, "syncInterval is null");
        Objects.requireNonNull(idleAfter, "idleAfter is null");
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes must be positive: " + maxBytes);
        }
        if (!syncInterval.isPositive() || !idleAfter.isPositive()) {
            throw new IllegalArgumentException(
                    "syncInterval and idleAfter must be positive: " + syncInterval + ", " + idleAfter);
        }
        if (compressionLevel < 1 || compressionLevel > 19) {
            throw new IllegalArgumentException("compressionLevel must be from 1 to 19: " + compressionLevel);
        }
    }

    /** The same with another default limit. */
    public LogSettings withMaxBytes(long bytes) {
        return new LogSettings(bytes, syncInterval, idleAfter, compressionLevel);
    }

    /** The same with another sync interval. */
    public LogSettings withSyncInterval(Duration interval) {
        return new LogSettings(maxBytes, interval, idleAfter, compressionLevel);
    }
}
