package dev.trivet.logs;

import dev.trivet.blobs.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compresses closed logs, one after the other, on a thread of its own. A failure leaves the plain log, which is tried again. */
final class Compressor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Compressor.class);
    private static final long RETRY_SECONDS = 30;
    private static final long SHUTDOWN_SECONDS = 10;

    private final OpenLogs logs;
    private final LogDirectory directory;
    private final Compression compression;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("trivet-log-compressor").daemon().factory());

    Compressor(OpenLogs logs, LogDirectory directory, Compression compression) {
        this.logs = logs;
        this.directory = directory;
        this.compression = compression;
    }

    /** Compresses a closed log soon; does nothing if that is done already or it is not closed any more. */
    void submit(LogKey key) {
        submit(key, 0);
    }

    private void submit(LogKey key, long delaySeconds) {
        try {
            var _ = thread.schedule(() -> run(key), delaySeconds, TimeUnit.SECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("log {} is compressed after the next start", key);
        }
    }

    private void run(LogKey key) {
        try {
            compress(key);
        } catch (IOException | RuntimeException failure) {
            if (!thread.isShutdown()) {
                LOG.warn("log {} could not be compressed, trying again in {} s", key, RETRY_SECONDS, failure);
                submit(key, RETRY_SECONDS);
            }
        }
    }

    private void compress(LogKey key) throws IOException {
        OpenLog log = logs.live(key);
        if (log == null) {
            // a crash came between the compressed log's arrival and the end of the plain one
            directory.deletePlain(key);
            return;
        }
        if (!log.ended() || !log.acquire()) {
            return;
        }
        Path unfinished = directory.unfinishedCompressed(key);
        try (LogSource source = new PlainSource(log)) {
            compression.write(source, unfinished);
            if (log.supersede(source, () -> place(key, unfinished))) {
                logs.forget(log);
            }
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private void place(LogKey key, Path unfinished) throws IOException {
        DurableFiles.createDirectories(directory.ofJob(key.jobId()));
        DurableFiles.moveIntoPlace(unfinished, directory.compressed(key));
        directory.deletePlain(key);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a log is still being compressed after {} s", SHUTDOWN_SECONDS);
            }
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
