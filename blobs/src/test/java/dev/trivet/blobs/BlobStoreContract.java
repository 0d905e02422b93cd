package dev.trivet.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every blob store promises, whatever it keeps the bytes in. */
public abstract class BlobStoreContract {
    protected static final String HELLO_SHA256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    protected static final BlobRef HELLO = new BlobRef(HELLO_SHA256, 5);
    protected static final Duration GRACE = Duration.ofHours(1);
    protected static final BlobReferences NOTHING_REFERENCED = hashes -> Set.of();

    @TempDir
    protected Path directory;

    /** Ahead of the clock on the wall, which is that of the times of a bucket's objects. */
    protected final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS));

    protected BlobStore blobs;

    @BeforeEach
    void open() throws IOException {
        blobs = store(directory, now::get);
    }

    /** Opens one that has nothing, whose uploads grow below {@code directory/tmp}. */
    protected abstract BlobStore store(Path directory, InstantSource clock) throws IOException;

    /** Changes what is stored behind the back of the store. */
    protected abstract void damage(BlobRef ref, String content) throws IOException;

    @AfterEach
    void close() throws IOException {
        blobs.close();
    }

    protected final BlobRef put(String content) throws IOException {
        return blobs.put(stream(content), 1000);
    }

    protected static InputStream stream(String content) {
        return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    }

    protected static String text(InputStream in) throws IOException {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    protected final void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    @Test
    void storesUnderTheHashOfTheContent() throws IOException {
        assertThat(put("hello")).isEqualTo(HELLO);
        assertThat(blobs.find(HELLO_SHA256)).contains(HELLO);
        assertThat(blobs.exists(HELLO)).isTrue();
        assertThat(text(blobs.open(HELLO))).isEqualTo("hello");
        assertThat(text(blobs.openVerified(HELLO))).isEqualTo("hello");
        assertThat(put("")).extracting(BlobRef::size).isEqualTo(0L);
        assertThat(blobs.stats()).isEqualTo(new BlobStats(2, 5));
    }

    @Test
    void sameContentIsStoredOnce() throws IOException {
        put("hello");
        put("hello");
        assertThat(blobs.stats()).isEqualTo(new BlobStats(1, 5));
        assertThat(directory.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void largeContentComesBack() throws IOException {
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        BlobRef ref = blobs.put(new ByteArrayInputStream(content), content.length);
        try (InputStream in = blobs.openVerified(ref)) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        try (InputStream in = blobs.openRange(ref, 1_000_000, 500)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 1_000_000, 1_000_500));
        }
    }

    @Test
    void rangesStayInside() throws IOException {
        put("hello");
        assertThat(text(blobs.openRange(HELLO, 1, 3))).isEqualTo("ell");
        assertThat(text(blobs.openRange(HELLO, 5, 0))).isEmpty();
        try (InputStream in = blobs.openRange(HELLO, 0, 4)) {
            assertThat(in.skip(2)).isEqualTo(2);
            assertThat(in.available()).isEqualTo(2);
            assertThat(in.read()).isEqualTo('l');
            assertThat(in.skip(100)).isEqualTo(1);
            assertThat(in.read()).isEqualTo(-1);
        }
        assertThatThrownBy(() -> blobs.openRange(HELLO, 3, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> blobs.openRange(HELLO, -1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void tooLargeContentLeavesNothing() throws IOException {
        assertThat(blobs.put(stream("12345"), 5).size()).isEqualTo(5);
        assertThatThrownBy(() -> blobs.put(stream("123456"), 5))
                .isInstanceOfSatisfying(
                        BlobTooLargeException.class,
                        tooLarge -> assertThat(tooLarge.maxBytes()).isEqualTo(5))
                .hasMessageContaining("5 bytes");
        assertThat(blobs.stats()).isEqualTo(new BlobStats(1, 5));
        assertThat(directory.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void endlessContentIsReadNoFurtherThanTheBound() {
        InputStream endless = new InputStream() {
            private long given;

            @Override
            public int read() {
                given++;
                assertThat(given).isLessThan(1_000_000);
                return 'x';
            }
        };
        assertThatThrownBy(() -> blobs.put(endless, 500_000)).isInstanceOf(BlobTooLargeException.class);
    }

    @Test
    void brokenUploadLeavesNothingAndKeepsItsError() throws IOException {
        InputStream broken = new InputStream() {
            private int left = 100;

            @Override
            public int read() throws IOException {
                if (left-- == 0) {
                    throw new IOException("client left");
                }
                return 'x';
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                buffer[offset] = (byte) read();
                return 1;
            }
        };
        assertThatThrownBy(() -> blobs.put(broken, 1000))
                .isInstanceOf(IOException.class)
                .hasMessage("client left");
        assertThat(blobs.stats()).isEqualTo(new BlobStats(0, 0));
        assertThat(directory.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void absentBlobIsNamed() throws IOException {
        assertThat(blobs.find(HELLO_SHA256)).isEmpty();
        assertThat(blobs.exists(HELLO)).isFalse();
        assertThat(blobs.keep(HELLO)).isFalse();
        assertThat(blobs.delete(HELLO)).isFalse();
        assertThat(blobs.path(HELLO)).isEmpty();
        assertThatThrownBy(() -> blobs.open(HELLO))
                .isInstanceOf(BlobNotFoundException.class)
                .hasMessageContaining(HELLO_SHA256);
    }

    @Test
    void onlyHashesNameBlobs() throws IOException {
        for (String name : new String[] {
            "", "../../etc/passwd", HELLO_SHA256.toUpperCase(Locale.ROOT), HELLO_SHA256 + "0", "x".repeat(64)
        }) {
            assertThat(blobs.find(name)).isEmpty();
            assertThatThrownBy(() -> new BlobRef(name, 0)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new BlobRef(HELLO_SHA256, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void damageIsNoticed() throws IOException {
        put("hello");
        damage(HELLO, "hallo");
        assertThat(text(blobs.open(HELLO))).isEqualTo("hallo");
        assertThatThrownBy(() -> text(blobs.openVerified(HELLO)))
                .isInstanceOf(BlobCorruptException.class)
                .hasMessageContaining(HELLO_SHA256);
        damage(HELLO, "hell");
        assertThatThrownBy(() -> blobs.open(HELLO))
                .isInstanceOf(BlobCorruptException.class)
                .hasMessageContaining("4 bytes");
        assertThat(blobs.keep(HELLO)).isFalse();
        // the next upload of the same content heals it
        put("hello");
        assertThat(text(blobs.openVerified(HELLO))).isEqualTo("hello");
    }

    @Test
    void verifiedStreamCoversSkippedBytes() throws IOException {
        put("hello");
        try (InputStream in = blobs.openVerified(HELLO)) {
            assertThat(in.skip(3)).isEqualTo(3);
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("lo");
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void openStreamOutlivesDeletion() throws IOException {
        put("hello");
        try (InputStream in = blobs.open(HELLO)) {
            assertThat(blobs.delete(HELLO)).isTrue();
            assertThat(text(in)).isEqualTo("hello");
        }
        assertThat(blobs.exists(HELLO)).isFalse();
    }

    @Test
    void collectsWhatIsOldAndUnreferenced() throws IOException {
        BlobRef old = put("old");
        BlobRef needed = put("needed");
        BlobRef kept = put("kept");
        BlobRef repeated = put("repeated");
        pass(GRACE);
        assertThat(blobs.collect(NOTHING_REFERENCED, GRACE)).isEqualTo(new BlobsCollected(4, 0, 0));
        pass(Duration.ofSeconds(1));
        BlobRef fresh = put("fresh");
        put("repeated");
        assertThat(blobs.keep(kept)).isTrue();
        assertThat(blobs.collect(hashes -> Set.of(needed.sha256()), GRACE)).isEqualTo(new BlobsCollected(5, 1, 3));
        assertThat(blobs.exists(old)).isFalse();
        for (BlobRef survivor : new BlobRef[] {needed, kept, repeated, fresh}) {
            assertThat(text(blobs.openVerified(survivor))).hasSize((int) survivor.size());
        }
    }

    @Test
    void onlyCandidatesAreAskedAbout() throws IOException {
        put("old");
        pass(GRACE.plusSeconds(1));
        BlobRef fresh = put("fresh");
        blobs.collect(
                hashes -> {
                    assertThat(hashes).doesNotContain(fresh.sha256());
                    return hashes;
                },
                GRACE);
        assertThat(blobs.stats().blobs()).isEqualTo(2);
    }

    @Test
    void collectionStopsWhenReferencesAreUnknown() throws IOException {
        put("old");
        pass(GRACE.plusSeconds(1));
        assertThatThrownBy(() -> blobs.collect(
                        hashes -> {
                            throw new IOException("database gone");
                        },
                        GRACE))
                .hasMessage("database gone");
        assertThat(blobs.stats().blobs()).isEqualTo(1);
    }

    /** The reference is asked for, then somebody keeps or puts the blob, then it would be deleted. */
    @Test
    void blobKeptDuringTheCollectionStays() throws IOException {
        BlobRef kept = put("kept");
        BlobRef repeated = put("repeated");
        BlobRef other = put("other");
        pass(GRACE.plusSeconds(1));
        blobs.collect(
                hashes -> {
                    blobs.keep(kept);
                    put("repeated");
                    return Set.of();
                },
                GRACE);
        assertThat(blobs.exists(kept)).isTrue();
        assertThat(blobs.exists(repeated)).isTrue();
        assertThat(blobs.exists(other)).isFalse();
    }
}
