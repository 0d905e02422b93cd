package dev.trivet.blobs.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.blobs.BlobException;
import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStats;
import dev.trivet.blobs.BlobStore;
import dev.trivet.blobs.BlobStoreContract;
import dev.trivet.blobs.BlobsCollected;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

class S3BlobStoreTest extends BlobStoreContract {
    private static final long PART = 5L << 20;
    private static final S3BlobStore.Bounds BOUNDS = new S3BlobStore.Bounds(
            PART, new CollectionWindows.Times(Duration.ofSeconds(60), Duration.ofSeconds(120), Duration.ofMillis(5)));

    private TestS3 s3;

    @Override
    protected BlobStore store(Path directory, InstantSource clock) throws IOException {
        s3 = new TestS3();
        return S3BlobStore.open(s3.settings(), directory, clock, BOUNDS);
    }

    @AfterEach
    void stop() {
        s3.close();
    }

    @Override
    protected void damage(BlobRef ref, String content) {
        s3.client.putObject(
                request -> request.bucket(s3.bucket).key("ci/sha256/" + ref.sha256()), RequestBody.fromString(content));
    }

    private BlobStore second() throws IOException {
        return S3BlobStore.open(s3.settings(), directory.resolve("second"), now::get, BOUNDS);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private long uploads() {
        return s3.flaky.requests.stream()
                .filter(request -> request.startsWith("PUT ") && request.contains("/sha256/"))
                .count();
    }

    @Test
    void everythingIsBelowThePrefix() throws IOException {
        put("hello");
        assertThat(s3.client.listObjectsV2(request -> request.bucket(s3.bucket)).contents())
                .allSatisfy(object -> assertThat(object.key()).startsWith("ci/"));
        assertThat(blobs.path(HELLO)).isEmpty();
    }

    @Test
    void whatIsThereIsNotSentAgainByAnybody() throws IOException {
        put("hello");
        put("hello");
        try (BlobStore other = second()) {
            assertThat(other.put(stream("hello"), 100)).isEqualTo(HELLO);
            assertThat(other.find(HELLO_SHA256)).contains(HELLO);
        }
        assertThat(uploads()).isEqualTo(1);
    }

    @Test
    void largeContentGoesInParts() throws IOException {
        byte[] content = random((int) (2 * PART + 12345));
        BlobRef ref = blobs.put(new ByteArrayInputStream(content), content.length);
        assertThat(uploads()).isEqualTo(3);
        try (InputStream in = blobs.openVerified(ref)) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        try (InputStream in = blobs.open(ref)) {
            assertThat(in.skip(2 * PART)).isEqualTo(2 * PART);
            assertThat(in.readAllBytes()).hasSize(12345);
        }
        assertThat(blobs.find(ref.sha256())).contains(ref);
    }

    @Test
    void partsOfAFailedUploadAreGivenUp() {
        s3.flaky.make(request -> request.contains("partNumber=2") ? new FlakyS3.Act.Refuse(403, "AccessDenied") : null);
        byte[] content = random((int) (2 * PART));
        assertThatThrownBy(() -> blobs.put(new ByteArrayInputStream(content), content.length))
                .isInstanceOf(BlobException.class)
                .hasMessageContaining("part 2")
                .hasMessageContaining("s3:PutObject");
        assertThat(s3.flaky.requests)
                .anyMatch(request -> request.startsWith("DELETE ") && request.contains("uploadId="));
        assertThat(directory.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void busyServersAreAskedAgain() throws IOException {
        AtomicInteger refused = new AtomicInteger();
        s3.flaky.make(_ -> refused.incrementAndGet() % 3 == 0 ? null : new FlakyS3.Act.Refuse(503, "SlowDown"));
        put("hello");
        assertThat(text(blobs.openVerified(HELLO))).isEqualTo("hello");
    }

    @Test
    void aServerThatStaysBusyIsGivenUp() {
        s3.flaky.requests.clear();
        s3.flaky.make(_ -> new FlakyS3.Act.Refuse(500, "InternalError"));
        assertThatThrownBy(() -> blobs.find(HELLO_SHA256)).isInstanceOf(BlobException.class);
        assertThat(s3.flaky.requests).hasSize(5);
    }

    @Test
    void aBrokenDownloadGoesOnWhereItBroke() throws IOException {
        byte[] content = random(300_000);
        BlobRef ref = blobs.put(new ByteArrayInputStream(content), content.length);
        s3.flaky.requests.clear();
        s3.flaky.make(request -> request.startsWith("GET ") ? new FlakyS3.Act.CutAfter(70_000) : null);
        try (InputStream in = blobs.openVerified(ref)) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        assertThat(s3.flaky.requests).hasSizeBetween(5, 10);
        s3.flaky.make(request -> request.startsWith("GET ") ? new FlakyS3.Act.CutAfter(0) : null);
        assertThatThrownBy(() -> text(blobs.open(ref))).isInstanceOf(IOException.class);
    }

    @Test
    void moreThanAPageIsCountedAndCollected() throws IOException {
        int count = 1100;
        for (int i = 0; i < count; i++) {
            String key = "ci/sha256/" + String.format("%064x", i);
            s3.client.putObject(request -> request.bucket(s3.bucket).key(key), RequestBody.fromString("x"));
        }
        assertThat(blobs.stats()).isEqualTo(new BlobStats(count, count));
        // nobody noted anything of them: the age of the objects counts
        assertThat(blobs.collect(NOTHING_REFERENCED, Duration.ofDays(2))).isEqualTo(new BlobsCollected(count, 0, 0));
        BlobRef fresh = put("fresh");
        String needed = String.format("%064x", 77);
        assertThat(blobs.collect(_ -> Set.of(needed), GRACE))
                .isEqualTo(new BlobsCollected(count + 1, count - 1, count - 1));
        assertThat(blobs.exists(fresh)).isTrue();
        assertThat(blobs.find(needed)).isPresent();
        assertThat(blobs.stats().blobs()).isEqualTo(2);
    }

    @Test
    void notesDoNotHeapUp() throws IOException {
        for (int i = 0; i < 5; i++) {
            put("hello");
            blobs.keep(HELLO);
            pass(Duration.ofSeconds(1));
        }
        blobs.keep(new BlobRef("0".repeat(64), 3));
        pass(GRACE.plusSeconds(1));
        blobs.collect(hashes -> hashes, GRACE);
        assertThat(s3.client.listObjectsV2(request -> request.bucket(s3.bucket)).contents())
                .extracting(object -> object.key())
                .containsExactly("ci/sha256/" + HELLO_SHA256);
    }

    @Test
    void anotherServerKeepsWhatIsAboutToBeDeleted() throws IOException {
        put("hello");
        pass(GRACE.plusSeconds(1));
        try (BlobStore other = second()) {
            AtomicInteger kept = new AtomicInteger();
            // The window is open and the last look at the notes is about to be taken.
            s3.flaky.make(request -> {
                if (request.startsWith("PUT ") && request.contains("/collecting/") && kept.getAndIncrement() == 0) {
                    assertThat(other.keep(HELLO)).isTrue();
                }
                return null;
            });
            assertThat(blobs.collect(NOTHING_REFERENCED, GRACE).deleted()).isZero();
            assertThat(kept).hasPositiveValue();
            assertThat(other.exists(HELLO)).isTrue();
        }
    }

    @Test
    void whoComesTooLateIsToldAfterTheDeletion() throws Exception {
        put("hello");
        pass(GRACE.plusSeconds(1));
        try (BlobStore other = second()) {
            var late = new java.util.concurrent.CompletableFuture<Boolean>();
            s3.flaky.make(request -> {
                if (request.startsWith("POST ") && request.contains("delete") && !late.isDone()) {
                    // The last look is over. Only once the other one waits for the window does the deletion go on.
                    s3.flaky.make(_ -> null);
                    int before = windowsSeen();
                    Thread.ofVirtual().start(() -> {
                        try {
                            late.complete(other.keep(HELLO));
                        } catch (IOException failed) {
                            late.completeExceptionally(failed);
                        }
                    });
                    while (windowsSeen() < before + 2) {
                        Thread.onSpinWait();
                    }
                    assertThat(late).isNotDone();
                }
                return null;
            });
            assertThat(blobs.collect(NOTHING_REFERENCED, GRACE).deleted()).isEqualTo(1);
            assertThat(late.get(10, java.util.concurrent.TimeUnit.SECONDS)).isFalse();
            assertThat(other.put(stream("hello"), 10)).isEqualTo(HELLO);
            assertThat(text(other.openVerified(HELLO))).isEqualTo("hello");
        }
    }

    private int windowsSeen() {
        return (int) s3.flaky.requests.stream()
                .filter(request -> request.startsWith("GET ") && request.contains("collecting"))
                .count();
    }

    @Test
    void aMissingBucketIsNamed() {
        var settings = new S3Settings(
                "elsewhere",
                "eu-central-1",
                s3.settings().endpoint(),
                "",
                true,
                s3.settings().credentials());
        assertThatThrownBy(() -> S3BlobStore.open(settings, directory.resolve("x"), now::get))
                .isInstanceOf(BlobException.class)
                .hasMessageContaining("'elsewhere'")
                .hasMessageContaining(s3.flaky.uri().toString())
                .hasMessageContaining("blobs.s3.bucket");
    }

    @Test
    void refusedCredentialsAreNamed() {
        s3.flaky.make(_ -> new FlakyS3.Act.Refuse(403, "SignatureDoesNotMatch"));
        assertThatThrownBy(() -> S3BlobStore.open(s3.settings(), directory.resolve("x"), now::get))
                .isInstanceOf(BlobException.class)
                .hasMessageContaining("blobs.s3.secret_key")
                .hasMessageContaining(s3.flaky.uri().toString())
                .hasMessageNotContaining("'secret'");
        s3.flaky.make(request -> request.startsWith("PUT ") ? new FlakyS3.Act.Refuse(403, "AccessDenied") : null);
        assertThatThrownBy(() -> S3BlobStore.open(s3.settings(), directory.resolve("y"), now::get))
                .isInstanceOf(BlobException.class)
                .hasMessageContaining("s3:PutObject");
    }

    @Test
    void anEndpointThatDoesNotAnswerIsNamed() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        var settings = new S3Settings(
                "b2",
                "us-east-1",
                Optional.of(URI.create("http://127.0.0.1:" + port)),
                "",
                true,
                s3.settings().credentials());
        assertThatThrownBy(() -> S3BlobStore.open(settings, directory.resolve("x"), now::get))
                .isInstanceOf(BlobException.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageContaining("blobs.s3.endpoint");
    }

    @Test
    void whatDeadServersWereSendingIsGivenUp() throws IOException {
        s3.client.createMultipartUpload(request -> request.bucket(s3.bucket).key("ci/sha256/" + HELLO_SHA256));
        assertThat(s3.client
                        .listMultipartUploads(request -> request.bucket(s3.bucket))
                        .uploads())
                .hasSize(1);
        pass(Duration.ofDays(1));
        blobs.collect(NOTHING_REFERENCED, GRACE);
        assertThat(s3.client
                        .listMultipartUploads(request -> request.bucket(s3.bucket))
                        .uploads())
                .extracting(MultipartUpload::key)
                .isEmpty();
    }
}
