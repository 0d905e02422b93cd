package dev.trivet.blobs.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import dev.trivet.blobs.BlobsCollected;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Collections of one server beside puts and keeps of the same few contents on two others. */
@Timeout(120)
class S3BlobRaceTest {
    private static final int ROUNDS = 60;
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final S3BlobStore.Bounds BOUNDS = new S3BlobStore.Bounds(
            5 << 20, new CollectionWindows.Times(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMillis(2)));

    @TempDir
    Path directory;

    @Test
    void whatAPutOrAKeepPromisedIsThereWhileOthersCollect() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now().plus(Duration.ofDays(1)));
        long deleted = 0;
        try (TestS3 s3 = new TestS3();
                BlobStore collector = S3BlobStore.open(s3.settings(), directory.resolve("0"), now::get, BOUNDS);
                BlobStore putting = S3BlobStore.open(s3.settings(), directory.resolve("1"), now::get, BOUNDS);
                BlobStore keeping = S3BlobStore.open(s3.settings(), directory.resolve("2"), now::get, BOUNDS);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < ROUNDS; round++) {
                // all blobs of the rounds before are garbage now
                now.updateAndGet(instant -> instant.plus(GRACE).plusSeconds(1));
                List<Future<BlobsCollected>> collections = new ArrayList<>();
                for (BlobStore store : List.of(collector, putting)) {
                    collections.add(threads.submit(() -> store.collect(_ -> Set.of(), GRACE)));
                }
                String one = "content " + round % 3;
                String other = "content " + (round + 1) % 3;
                Future<Void> put = threads.submit(() -> putAndRead(putting, one));
                Future<Void> kept = threads.submit(() -> keepOrPutAndRead(keeping, other));
                put.get();
                kept.get();
                for (Future<BlobsCollected> collection : collections) {
                    deleted += collection.get().deleted();
                }
                assertThat(collector.stats().blobs()).isBetween(2L, 3L);
            }
        }
        assertThat(deleted).as("the collections found something to do").isPositive();
    }

    private static Void putAndRead(BlobStore blobs, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        BlobRef ref = blobs.put(new ByteArrayInputStream(bytes), 100);
        read(blobs, ref, bytes);
        return null;
    }

    private static Void keepOrPutAndRead(BlobStore blobs, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        BlobRef ref = new BlobRef(sha256(bytes), bytes.length);
        if (!blobs.keep(ref)) {
            ref = blobs.put(new ByteArrayInputStream(bytes), 100);
        }
        read(blobs, ref, bytes);
        return null;
    }

    private static void read(BlobStore blobs, BlobRef ref, byte[] bytes) throws IOException {
        try (InputStream in = blobs.openVerified(ref)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
