package dev.trivet.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Collections without mercy beside uploads of the same few contents: what a put returned must be readable in its grace time. */
@Timeout(60)
class BlobRaceTest {
    private static final int ROUNDS = 300;
    private static final int WRITERS = 2;
    private static final Duration GRACE = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    @Test
    void putNeverLosesToACollection() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        long deleted = 0;
        try (DirectoryBlobStore blobs = DirectoryBlobStore.open(directory, now::get);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < ROUNDS; round++) {
                // all blobs of the rounds before are garbage now
                now.updateAndGet(instant -> instant.plus(GRACE).plusSeconds(1));
                Future<BlobsCollected> collection = threads.submit(() -> blobs.collect(_ -> Set.of(), GRACE));
                List<Future<?>> writers = new ArrayList<>();
                for (int writer = 0; writer < WRITERS; writer++) {
                    String content = "content " + (round + writer) % 3;
                    writers.add(threads.submit(() -> putAndRead(blobs, content)));
                }
                for (Future<?> writer : writers) {
                    writer.get();
                }
                deleted += collection.get().deleted();
                assertThat(blobs.stats().blobs()).isBetween(2L, 3L);
            }
        }
        assertThat(deleted).as("the collections found something to do").isPositive();
    }

    private static Void putAndRead(BlobStore blobs, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        BlobRef ref = blobs.put(new ByteArrayInputStream(bytes), 100);
        try (InputStream in = blobs.openVerified(ref)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        return null;
    }

    @Test
    void equalUploadsAtTheSameTimeBecomeOneBlob() throws Exception {
        byte[] content = new byte[500_000];
        new Random(1).nextBytes(content);
        try (DirectoryBlobStore blobs = DirectoryBlobStore.open(directory, InstantSource.system());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<BlobRef>> refs = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                refs.add(threads.submit(() -> blobs.put(new ByteArrayInputStream(content), content.length)));
            }
            for (Future<BlobRef> ref : refs) {
                assertThat(ref.get()).isEqualTo(refs.getFirst().get());
            }
            assertThat(blobs.stats()).isEqualTo(new BlobStats(1, content.length));
        }
    }
}
