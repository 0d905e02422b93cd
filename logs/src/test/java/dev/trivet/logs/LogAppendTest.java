package dev.trivet.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogAppendTest {
    private static final LogKey KEY = new LogKey(4711, 1);

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

    @Test
    void appendsInOrder() throws IOException {
        assertThat(logs.append(KEY, 0, "one\n").end()).isEqualTo(4);
        assertThat(logs.append(KEY, 4, "two\n").end()).isEqualTo(8);
        assertThat(logs.text(KEY)).isEqualTo("one\ntwo\n");
        assertThat(logs.store.status(KEY).lines()).isEqualTo(2);
    }

    @Test
    void absentLogIsEmptyAndLeavesNoFile() throws IOException {
        assertThat(logs.store.status(KEY)).isEqualTo(new LogStatus(false, 0, 0, 0, 0, false, false));
        assertThat(logs.text(KEY)).isEmpty();
        assertThat(logs.store.lines(KEY, 0, 10).lines()).isEmpty();
        assertThat(logs.file(KEY, ".log")).doesNotExist();
    }

    @Test
    void repeatedAppendIsStoredOnce() throws IOException {
        logs.append(KEY, 0, "one\ntwo\n");
        assertThat(logs.append(KEY, 0, "one\ntwo\n").end()).isEqualTo(8);
        assertThat(logs.append(KEY, 4, "two\nthree\n").end()).isEqualTo(14);
        assertThat(logs.append(KEY, 2, "e").end()).isEqualTo(14);
        assertThat(logs.text(KEY)).isEqualTo("one\ntwo\nthree\n");
    }

    @Test
    void holeIsRefusedNamingBothOffsets() throws IOException {
        logs.append(KEY, 0, "one\n");
        assertThatThrownBy(() -> logs.append(KEY, 7, "late"))
                .isInstanceOfSatisfying(
                        LogGapException.class, gap -> assertThat(gap.expected()).isEqualTo(4))
                .hasMessageContaining("offset 7")
                .hasMessageContaining("first 4 bytes");
        assertThat(logs.text(KEY)).isEqualTo("one\n");
    }

    @Test
    void otherBytesForTheSamePlaceAreRefused() throws IOException {
        logs.append(KEY, 0, "one\n");
        assertThatThrownBy(() -> logs.append(KEY, 0, "two\nmore")).isInstanceOf(LogConflictException.class);
        assertThat(logs.text(KEY)).isEqualTo("one\n");
    }

    @Test
    void limitEndsTheLogWithOneClearLine() throws IOException {
        LogAck ack = logs.append(KEY, 0, "12345\n789012345", 10);
        assertThat(ack.truncated()).isTrue();
        assertThat(ack.end()).isEqualTo(15);
        String ended = "12345\n7890\n[trivet] log limit of 10 bytes reached: further output is not kept\n";
        assertThat(logs.text(KEY)).isEqualTo(ended);

        // the writer's own offsets go on
        assertThat(logs.append(KEY, 15, "more\n", 10).end()).isEqualTo(20);
        assertThat(logs.append(KEY, 3, "45\n789012", 10).end()).isEqualTo(20);
        assertThat(logs.append(KEY, 1000, "runner dropped what was between\n", 10)
                        .end())
                .isEqualTo(1032);
        assertThat(logs.text(KEY)).isEqualTo(ended);
        assertThat(logs.store.status(KEY))
                .isEqualTo(new LogStatus(
                        true, ended.length(), 3, 1032, logs.store.status(KEY).durable(), true, false));
    }

    @Test
    void outputThatJustFitsIsNotTruncated() throws IOException {
        assertThat(logs.append(KEY, 0, "12345678\n", 9).truncated()).isFalse();
        assertThat(logs.text(KEY)).isEqualTo("12345678\n");
        assertThat(logs.append(KEY, 9, "", 9).truncated()).isFalse();
        assertThat(logs.append(KEY, 9, "x", 9).truncated()).isTrue();
        assertThat(logs.text(KEY))
                .isEqualTo("12345678\n[trivet] log limit of 9 bytes reached: further output is not kept\n");
    }

    @Test
    void limitIsNamedInTheLargestWholeUnit() {
        assertThat(new String(new Limit(0, 100L << 20, 0).notice(false)))
                .isEqualTo("[trivet] log limit of 100 MiB reached: further output is not kept\n");
        assertThat(new String(new Limit(0, 5 << 10, 0).notice(true)))
                .isEqualTo("\n[trivet] log limit of 5 KiB reached: further output is not kept\n");
    }

    @Test
    void closedLogTakesRepetitionsOnly() throws Exception {
        logs.append(KEY, 0, "one\n");
        logs.store.close(KEY);
        checkClosed();
        logs.awaitCompressed(KEY);
        checkClosed();
        logs.store.close(KEY);
    }

    private void checkClosed() throws IOException {
        assertThat(logs.append(KEY, 0, "one\n").end()).isEqualTo(4);
        assertThatThrownBy(() -> logs.append(KEY, 4, "two\n")).isInstanceOf(LogClosedException.class);
        assertThatThrownBy(() -> logs.append(KEY, 0, "ONE\n")).isInstanceOf(LogConflictException.class);
        assertThat(logs.store.status(KEY).closed()).isTrue();
        assertThat(logs.text(KEY)).isEqualTo("one\n");
    }

    @Test
    void reopenedLogGoesOnWhereItEnded() throws Exception {
        logs.append(KEY, 0, "attempt 1\n");
        logs.closeAndCompress(KEY);
        logs.store.reopen(KEY);
        assertThat(logs.store.status(KEY).closed()).isFalse();
        logs.append(KEY, 10, "attempt 2\n");
        logs.store.close(KEY);
        logs.store.reopen(KEY);
        logs.append(KEY, 20, "attempt 3\n");
        logs.closeAndCompress(KEY);
        assertThat(logs.text(KEY)).isEqualTo("attempt 1\nattempt 2\nattempt 3\n");
    }

    @Test
    void reopenedLogAtItsLimitStaysThere() throws Exception {
        logs.append(KEY, 0, "1234567890", 5);
        String ended = logs.text(KEY);
        logs.closeAndCompress(KEY);
        assertThat(logs.store.status(KEY).received()).isEqualTo(10);
        logs.store.reopen(KEY);
        assertThat(logs.append(KEY, 10, "more").end()).isEqualTo(14);
        assertThat(logs.text(KEY)).isEqualTo(ended);
        assertThat(logs.store.status(KEY).truncated()).isTrue();
    }

    @Test
    void closingAnUnwrittenLogMakesAnEmptyOne() throws Exception {
        logs.closeAndCompress(KEY);
        assertThat(logs.store.status(KEY)).isEqualTo(new LogStatus(true, 0, 0, 0, 0, false, true));
        assertThat(logs.text(KEY)).isEmpty();
        logs.store.reopen(KEY);
        logs.append(KEY, 0, "late\n");
        assertThat(logs.text(KEY)).isEqualTo("late\n");
    }

    @Test
    void acknowledgedBytesBecomeDurable() throws Exception {
        logs.append(KEY, 0, "one\n");
        Waiting.until("the sync pass came", () -> logs.store.status(KEY).durable() == 4);
        assertThat(logs.append(KEY, 4, "x").durable()).isEqualTo(4);
    }

    @Test
    void deleteRemovesAllLogsOfTheJobOnly() throws Exception {
        LogKey setup = new LogKey(KEY.jobId(), LogKey.SETUP);
        LogKey empty = new LogKey(KEY.jobId(), 7);
        LogKey other = new LogKey(KEY.jobId() + 1, 1);
        logs.append(setup, 0, "setup\n");
        logs.closeAndCompress(setup);
        logs.append(KEY, 0, "one\n");
        logs.store.close(empty);
        logs.append(other, 0, "other\n");
        logs.store.delete(KEY.jobId());
        for (LogKey gone : new LogKey[] {setup, KEY, empty}) {
            assertThat(logs.store.status(gone).exists()).isFalse();
        }
        assertThat(logs.file(KEY, ".log").getParent()).doesNotExist();
        assertThat(directory.resolve("closed")).isEmptyDirectory();
        assertThat(logs.text(other)).isEqualTo("other\n");
        logs.append(KEY, 0, "again\n");
        assertThat(logs.text(KEY)).isEqualTo("again\n");
        logs.store.delete(123456);
    }

    @Test
    void idleLogIsPutAwayAndComesBack() throws Exception {
        logs.append(KEY, 0, "one\n");
        logs.now.updateAndGet(now -> now.plus(Duration.ofMinutes(2)));
        Waiting.until("the file handle is given back", () -> !isOpen(logs.file(KEY, ".log")));
        assertThat(logs.append(KEY, 4, "two\n").end()).isEqualTo(8);
        assertThat(logs.text(KEY)).isEqualTo("one\ntwo\n");
    }

    private static boolean isOpen(Path file) throws IOException {
        try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
            return handles.map(LogAppendTest::target).anyMatch(file.toRealPath().toString()::equals);
        }
    }

    private static String target(Path handle) {
        try {
            return Files.readSymbolicLink(handle).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    @Test
    void secondOwnerOfTheDirectoryIsRefused() {
        assertThatThrownBy(() -> LogStore.open(directory, LogFixture.SETTINGS, logs.clock()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use by another Trivet process");
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> new LogKey(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> logs.append(KEY, -1, "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> logs.append(KEY, 0, "x", 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> logs.store.read(KEY, -1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LogSearch.of("")).isInstanceOf(IllegalArgumentException.class);
    }
}
