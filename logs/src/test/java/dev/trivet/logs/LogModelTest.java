package dev.trivet.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All ways to read a log against plain arrays: while it is open, loaded again, closed and compressed. */
class LogModelTest {
    private static final LogKey KEY = new LogKey(99, 3);

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

    /** Line lengths: none at all, short, and longer than strides and frames. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 60, 3000, 200_000, Integer.MAX_VALUE})
    void readsWhatWasWritten(int lineLength) throws Exception {
        Random random = new Random(lineLength);
        byte[] content = content(random, lineLength, 700_000 + random.nextInt(200_000));
        appendInPieces(content, random);
        check(content, random);
        logs.restart();
        check(content, random);
        logs.closeAndCompress(KEY);
        check(content, random);
        logs.restart();
        check(content, random);
    }

    /** Sizes around the borders of strides and frames. */
    @ParameterizedTest
    @ValueSource(ints = {1, 65_535, 65_536, 65_537, 262_143, 262_144, 262_145, 524_288})
    void readsAtTheBorders(int size) throws Exception {
        Random random = new Random(size);
        byte[] content = content(random, 40, size);
        appendInPieces(content, random);
        check(content, random);
        logs.restart();
        check(content, random);
        logs.closeAndCompress(KEY);
        check(content, random);
    }

    private static byte[] content(Random random, int lineLength, int size) {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            boolean end = lineLength != Integer.MAX_VALUE && random.nextInt(lineLength) == 0;
            content[i] = (byte) (end ? '\n' : 'a' + random.nextInt(26));
        }
        return content;
    }

    private void appendInPieces(byte[] content, Random random) throws IOException {
        for (int at = 0; at < content.length; ) {
            int length = Math.min(content.length - at, 1 + random.nextInt(100_000));
            int repeated = random.nextInt(at + 1);
            int from = random.nextBoolean() ? at : at - Math.min(repeated, 1000);
            assertThat(logs.store
                            .append(KEY, from, content, from, at + length - from)
                            .end())
                    .isEqualTo(at + length);
            at += length;
        }
    }

    private void check(byte[] content, Random random) throws IOException {
        List<Integer> starts = starts(content);
        boolean openLine = content[content.length - 1] != '\n';
        int lines = openLine ? starts.size() : starts.size() - 1;
        LogStatus status = logs.store.status(KEY);
        assertThat(status.size()).isEqualTo(content.length);
        assertThat(status.lines()).isEqualTo(lines);
        assertThat(logs.store.lineCount(KEY)).isEqualTo(lines);

        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        assertThat(logs.store.readRange(KEY, 0, Long.MAX_VALUE, whole)).isEqualTo(content.length);
        assertThat(whole.toByteArray()).isEqualTo(content);
        assertThat(logs.store.tail(KEY, 1000).bytes())
                .isEqualTo(Arrays.copyOfRange(content, Math.max(0, content.length - 1000), content.length));
        assertThat(logs.store.read(KEY, content.length + 5L, 10).bytes()).isEmpty();
        assertThat(logs.store.offsetOfLine(KEY, lines + 7L)).isEqualTo(content.length);

        for (int i = 0; i < 40; i++) {
            int from = random.nextInt(content.length);
            int length = random.nextInt(300_000);
            int to = Math.min(content.length, from + length);
            assertThat(logs.store.read(KEY, from, length).bytes()).isEqualTo(Arrays.copyOfRange(content, from, to));
            ByteArrayOutputStream range = new ByteArrayOutputStream();
            logs.store.readRange(KEY, from, length, range);
            assertThat(range.toByteArray()).isEqualTo(Arrays.copyOfRange(content, from, to));

            int found = Collections.binarySearch(starts, from);
            int line = found >= 0 ? found : -found - 2;
            assertThat(logs.store.lineAt(KEY, from)).isEqualTo(line);
            assertThat(logs.store.offsetOfLine(KEY, line)).isEqualTo((long) starts.get(line));
            checkLines(content, starts, line, Math.min(5, lines - line));
        }
    }

    private void checkLines(byte[] content, List<Integer> starts, int first, int count) throws IOException {
        List<LogLine> lines = logs.store.lines(KEY, first, count).lines();
        assertThat(lines).hasSize(count);
        for (int i = 0; i < count; i++) {
            int start = starts.get(first + i);
            int end = first + i + 1 < starts.size() ? starts.get(first + i + 1) - 1 : content.length;
            int shown = Math.min(end - start, LogStore.MAX_LINE_BYTES);
            assertThat(lines.get(i))
                    .isEqualTo(new LogLine(
                            first + i,
                            start,
                            new String(content, start, shown, StandardCharsets.US_ASCII),
                            shown < end - start));
        }
    }

    private static List<Integer> starts(byte[] content) {
        List<Integer> starts = new ArrayList<>(List.of(0));
        for (int i = 0; i < content.length; i++) {
            if (content[i] == '\n') {
                starts.add(i + 1);
            }
        }
        return starts;
    }
}
