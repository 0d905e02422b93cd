package dev.trivet.server;

import static java.util.Objects.requireNonNull;

import dev.trivet.blobs.BlobReferences;
import dev.trivet.blobs.BlobStore;
import dev.trivet.store.DatabaseUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes, once an hour, the blobs that nothing refers to; not while a backup packs them. */
final class BlobCollector implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BlobCollector.class);
    /** An upload that is not entered yet is this young. */
    private static final Duration GRACE = Duration.ofHours(6);

    private final BlobStore blobs;
    private final BlobReferences references;
    private final Path data;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("blob-collector").factory());

    /** @param references everything that blobs are kept for */
    BlobCollector(BlobStore blobs, BlobReferences references, Path data) {
        this.blobs = requireNonNull(blobs, "blobs is null");
        this.references = requireNonNull(references, "references is null");
        this.data = requireNonNull(data, "data is null");
    }

    void start() {
        var _ = timer.scheduleWithFixedDelay(this::collect, 10, 60, TimeUnit.MINUTES);
    }

    private void collect() {
        try (BlobsPinned pinned = BlobsPinned.unlessPinned(data)) {
            if (pinned == null) {
                return;
            }
            blobs.collect(references, GRACE);
        } catch (IOException | DatabaseUnavailableException failed) {
            log.warn(
                    "unreferenced blobs could not be collected, it is tried again in an hour: {}", failed.getMessage());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
