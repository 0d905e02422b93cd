package dev.trivet.logs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A store in a directory, with a clock that is moved by hand, and short words for what tests do all the time. */
final class LogFixture implements AutoCloseable {
    static final LogSettings SETTINGS = LogSettings.DEFAULT.withSyncInterval(Duration.ofMillis(20));

    final Path directory;
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    LogStore store;

    LogFixture(Path directory) throws IOException {
        this.directory = directory;
        this.store = LogStore.open(directory, SETTINGS, clock());
    }

    InstantSource clock() {
        return now::get;
    }

    /** Ends the store in order and opens it again. */
    void restart() throws IOException {
        store.close();
        store = LogStore.open(directory, SETTINGS, clock());
    }

    LogAck append(LogKey key, String text) throws IOException {
        return append(key, store.status(key).received(), text);
    }

    LogAck append(LogKey key, long offset, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return store.append(key, offset, bytes, 0, bytes.length);
    }

    LogAck append(LogKey key, long offset, String text, long maxBytes) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return store.append(key, offset, bytes, 0, bytes.length, maxBytes);
    }

    String text(LogKey key) throws IOException {
        return new String(store.read(key, 0, Integer.MAX_VALUE).bytes(), StandardCharsets.UTF_8);
    }

    void closeAndCompress(LogKey key) throws Exception {
        store.close(key);
        awaitCompressed(key);
    }

    void awaitCompressed(LogKey key) throws Exception {
        Waiting.until(
                key + " is compressed and the plain file is gone",
                () -> Files.exists(file(key, ".log.zst")) && !Files.exists(file(key, ".log")));
    }

    /** Tails that are open on a log. */
    int watchers(LogKey key) throws IOException {
        return watchersOf(key).subscribed();
    }

    /** Watchers that the log remembers, gone or not. */
    int waiting(LogKey key) throws IOException {
        return watchersOf(key).waiting();
    }

    private Watchers watchersOf(LogKey key) throws IOException {
        return Objects.requireNonNull(store.logs().live(key), "log is not open").watchers();
    }

    Path file(LogKey key, String suffix) {
        return directory
                .resolve("%03x".formatted(key.jobId() % 4096))
                .resolve(Long.toString(key.jobId()))
                .resolve(key.step() + suffix);
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
