package dev.trivet.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a crash or a power loss may leave on the disk, made by hand. */
class LogRecoveryTest {
    private static final LogKey KEY = new LogKey(8, 2);
    private static final String NOTICE = "[trivet] log limit of 10 bytes reached: further output is not kept\n";

    @TempDir
    Path directory;

    private LogFixture logs;

    @BeforeEach
    void open() throws IOException {
        logs = new LogFixture(directory);
    }

    @AfterEach
    void close() throws IOException {
        logs.close();
    }

    /** Stops the store, changes its files, and starts it again. */
    private void whileDown(Disaster disaster) throws IOException {
        logs.store.close();
        disaster.strike();
        logs.store = LogStore.open(directory, LogFixture.SETTINGS, logs.clock());
    }

    private interface Disaster {
        void strike() throws IOException;
    }

    private static void cut(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    private static String lines(int count) {
        return "0123456789abcde\n".repeat(count);
    }

    @Test
    void lostOrTornIndexIsBuiltAgain() throws IOException {
        String text = lines(200_000);
        logs.append(KEY, 0, text);
        Path index = logs.file(KEY, ".idx");
        for (Disaster disaster : new Disaster[] {
            () -> Files.delete(index),
            () -> cut(index, 100),
            () -> cut(index, 3),
            () -> {
                byte[] bytes = Files.readAllBytes(index);
                bytes[bytes.length / 2] ^= 4;
                Files.write(index, bytes);
            },
            () -> Files.write(index, new byte[5000])
        }) {
            whileDown(disaster);
            assertThat(logs.store.status(KEY).lines()).isEqualTo(200_000);
            assertThat(logs.store.offsetOfLine(KEY, 150_000)).isEqualTo(16 * 150_000L);
            assertThat(logs.store.lineAt(KEY, 16 * 100_000L + 3)).isEqualTo(100_000);
        }
        logs.append(KEY, text.length(), "end");
        assertThat(logs.text(KEY)).isEqualTo(text + "end");
    }

    @Test
    void indexAheadOfTheLogIsNotBelieved() throws IOException {
        logs.append(KEY, 0, lines(200_000));
        whileDown(() -> cut(logs.file(KEY, ".log"), 16 * 70_000L));
        assertThat(logs.store.status(KEY).lines()).isEqualTo(70_000);
        logs.append(KEY, 16 * 70_000L, "x\n".repeat(100_000));
        assertThat(logs.store.offsetOfLine(KEY, 70_001)).isEqualTo(16 * 70_000L + 2);
        logs.restart();
        assertThat(logs.store.status(KEY).lines()).isEqualTo(170_000);
        assertThat(logs.store.offsetOfLine(KEY, 170_000)).isEqualTo(16 * 70_000L + 200_000);
    }

    @Test
    void noticeOfTheLimitIsCompletedAfterACrashInBetween() throws IOException {
        logs.append(KEY, 0, "1234567890abc", 10);
        String ended = logs.text(KEY);
        assertThat(ended).isEqualTo("1234567890\n" + NOTICE);
        for (int size : new int[] {10, 11, 30}) {
            whileDown(() -> cut(logs.file(KEY, ".log"), size));
            assertThat(logs.text(KEY)).isEqualTo(ended);
            assertThat(logs.append(KEY, 13, "more").truncated()).isTrue();
        }
        assertThat(logs.text(KEY)).isEqualTo(ended);
    }

    @Test
    void limitIsForgottenWhenAPowerLossTookItsBytes() throws IOException {
        logs.append(KEY, 0, "1234567890abc", 10);
        whileDown(() -> cut(logs.file(KEY, ".log"), 7));
        assertThat(logs.store.status(KEY).truncated()).isFalse();
        assertThat(logs.append(KEY, 7, "890abc", 10).truncated()).isTrue();
        assertThat(logs.text(KEY)).isEqualTo("1234567890\n" + NOTICE);
    }

    @Test
    void closedLogIsCompressedAfterTheNextStart() throws Exception {
        logs.append(KEY, 0, "one\n");
        whileDown(() -> Files.createFile(directory.resolve("closed/8-2")));
        assertThat(logs.store.status(KEY).closed()).isTrue();
        logs.awaitCompressed(KEY);
        assertThat(logs.text(KEY)).isEqualTo("one\n");
        assertThat(directory.resolve("closed")).isEmptyDirectory();
    }

    @Test
    void leftoversBesideACompressedLogAreRemoved() throws Exception {
        logs.append(KEY, 0, "one\n");
        logs.closeAndCompress(KEY);
        whileDown(() -> {
            Files.writeString(logs.file(KEY, ".log"), "one\n");
            Files.writeString(logs.file(KEY, ".idx"), "?");
            Files.createFile(directory.resolve("closed/8-2"));
            Files.writeString(directory.resolve("tmp/8-2.log.zst"), "half");
        });
        logs.awaitCompressed(KEY);
        Waiting.until("the mark is gone", () -> !Files.exists(directory.resolve("closed/8-2")));
        assertThat(logs.text(KEY)).isEqualTo("one\n");
        try (Stream<Path> left = Files.list(logs.file(KEY, "").getParent())) {
            assertThat(left).containsExactly(logs.file(KEY, ".log.zst"));
        }
        assertThat(directory.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void damagedCompressedLogIsNamedAndNeverReadWrongly() throws Exception {
        String text = lines(50_000);
        logs.append(KEY, 0, text);
        logs.closeAndCompress(KEY);
        Path file = logs.file(KEY, ".log.zst");
        byte[] good = Files.readAllBytes(file);
        int harmless = 0;
        for (int bit = 0; bit < good.length * 8; bit += 41) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bad);
            try {
                assertThat(logs.text(KEY)).isEqualTo(text);
                harmless++;
            } catch (LogDamagedException named) {
                assertThat(named).hasMessageContaining(file.toString());
            }
        }
        // a zstd frame has bits that mean nothing
        assertThat(harmless).isLessThan(good.length * 8 / 41 / 20);
        Files.write(file, good);
        cut(file, good.length - 5);
        assertThatThrownBy(() -> logs.text(KEY)).isInstanceOf(LogDamagedException.class);
    }

    @Test
    void compressedLogIsAnOrdinaryZstdFile() throws Exception {
        String text = lines(50_000);
        logs.append(KEY, 0, text);
        logs.closeAndCompress(KEY);
        try (InputStream plain = new ZstdInputStream(Files.newInputStream(logs.file(KEY, ".log.zst")))) {
            assertThat(new String(plain.readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo(text);
        }
        assertThat(Files.size(logs.file(KEY, ".log.zst"))).isLessThan(text.length() / 50);
    }
}
