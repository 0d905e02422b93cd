package dev.trivet.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogTailTest {
    private static final LogKey KEY = new LogKey(12, 1);
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private LogFixture logs;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void open() throws IOException {
        logs = new LogFixture(directory);
    }

    @AfterEach
    void close() throws IOException {
        logs.close();
        threads.shutdownNow();
    }

    /** Follows to the end of the log. */
    private String follow(long from, int bufferSize) throws IOException, InterruptedException {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        byte[] buffer = new byte[bufferSize];
        try (LogTail tail = logs.store.subscribe(KEY, from)) {
            int count;
            while ((count = tail.read(buffer, 0, buffer.length)) >= 0) {
                seen.write(buffer, 0, count);
                if (count == 0) {
                    assertThat(tail.await(LONG)).isTrue();
                }
            }
        }
        return seen.toString(StandardCharsets.UTF_8);
    }

    @Test
    void followsFromBeforeTheFirstByteToTheEnd() throws Exception {
        Future<String> early = threads.submit(() -> follow(0, 100));
        logs.append(KEY, 0, "one\n");
        Future<String> late = threads.submit(() -> follow(4, 100));
        logs.append(KEY, 4, "two\n");
        logs.append(KEY, 8, "three\n");
        logs.store.close(KEY);
        assertThat(early.get()).isEqualTo("one\ntwo\nthree\n");
        assertThat(late.get()).isEqualTo("two\nthree\n");
        logs.awaitCompressed(KEY);
        assertThat(follow(0, 3)).isEqualTo("one\ntwo\nthree\n");
        assertThat(follow(10, 3)).isEqualTo("ree\n");
        assertThat(follow(100, 3)).isEmpty();
    }

    @Test
    void waitsNoLongerThanAsked() throws Exception {
        try (LogTail tail = logs.store.subscribe(KEY, 0)) {
            assertThat(tail.await(Duration.ofMillis(1))).isFalse();
            assertThat(tail.read(new byte[1], 0, 1)).isZero();
            logs.append(KEY, 0, "x");
            assertThat(tail.await(LONG)).isTrue();
            assertThat(tail.read(new byte[1], 0, 1)).isEqualTo(1);
            assertThat(tail.offset()).isEqualTo(1);
            assertThat(tail.await(Duration.ZERO)).isFalse();
        }
    }

    @Test
    void survivesThatItsLogIsCompressed() throws Exception {
        logs.append(KEY, 0, "one\ntwo\n");
        byte[] buffer = new byte[4];
        try (LogTail tail = logs.store.subscribe(KEY, 0)) {
            assertThat(tail.read(buffer, 0, 4)).isEqualTo(4);
            logs.closeAndCompress(KEY);
            assertThat(tail.read(buffer, 0, 4)).isEqualTo(4);
            assertThat(new String(buffer, StandardCharsets.US_ASCII)).isEqualTo("two\n");
            assertThat(tail.await(LONG)).isTrue();
            assertThat(tail.read(buffer, 0, 4)).isEqualTo(-1);
        }
    }

    @Test
    void endsWhenTheLogIsDeleted() throws Exception {
        logs.append(KEY, 0, "one\n");
        Future<String> following = threads.submit(() -> follow(0, 100));
        Waiting.until("somebody watches", () -> logs.watchers(KEY) == 1);
        logs.store.delete(KEY.jobId());
        assertThat(following.get()).isIn("one\n", "");
    }

    @Test
    void endsWithAnErrorWhenTheStoreIsClosed() throws Exception {
        Future<String> following = threads.submit(() -> follow(0, 100));
        Waiting.until("somebody watches", () -> logs.watchers(KEY) == 1);
        logs.store.close();
        assertThatThrownBy(following::get)
                .hasCauseInstanceOf(LogException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    void watchedLogIsNotPutAway() throws Exception {
        logs.append(KEY, 0, "one\n");
        try (LogTail tail = logs.store.subscribe(KEY, 4)) {
            for (int i = 0; i < 3; i++) {
                logs.now.updateAndGet(now -> now.plusSeconds(300));
                assertThat(tail.await(Duration.ofMillis(30))).isFalse();
            }
            assertThat(logs.watchers(KEY)).isEqualTo(1);
            Future<?> appending = threads.submit(() -> logs.append(KEY, 4, "two\n"));
            assertThat(tail.await(LONG)).isTrue();
            appending.get();
        }
    }

    /** A client that goes away interrupts its thread in the middle of whatever it does; the others must not notice. */
    @Test
    void interruptedWatchersDisturbNobody() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> victims = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            victims.add(Thread.startVirtualThread(() -> {
                byte[] buffer = new byte[50];
                while (!over.get()) {
                    try (LogTail tail = logs.store.subscribe(KEY, 0)) {
                        while (tail.read(buffer, 0, buffer.length) >= 0 && !Thread.interrupted()) {
                            tail.await(Duration.ofMillis(1));
                        }
                    } catch (InterruptedException expected) {
                        Thread.yield();
                    } catch (IOException failure) {
                        throw new AssertionError(failure);
                    }
                }
            }));
        }
        Future<String> undisturbed = threads.submit(() -> follow(0, 1000));
        StringBuilder written = new StringBuilder();
        Random random = new Random(3);
        for (int i = 0; i < 3000; i++) {
            String line = "line " + i + "\n";
            logs.append(KEY, written.length(), line);
            written.append(line);
            victims.get(random.nextInt(victims.size())).interrupt();
        }
        over.set(true);
        logs.store.close(KEY);
        assertThat(undisturbed.get()).isEqualTo(written.toString());
        for (Thread victim : victims) {
            victim.join();
        }
    }

    /** The writer itself may be interrupted, too. */
    @Test
    void interruptedWriterLeavesAWholeLog() throws Exception {
        Thread.currentThread().interrupt();
        logs.append(KEY, 0, "one\n");
        assertThat(Thread.interrupted()).isTrue();
        logs.append(KEY, 4, "two\n");
        assertThat(logs.text(KEY)).isEqualTo("one\ntwo\n");
    }

    @Test
    void watchersThatLeftAreForgotten() throws Exception {
        logs.append(KEY, 0, "one\n");
        for (int i = 0; i < 1000; i++) {
            try (LogTail tail = logs.store.subscribe(KEY, 4)) {
                tail.await(Duration.ZERO);
            }
        }
        assertThat(logs.watchers(KEY)).isZero();
        assertThat(logs.waiting(KEY)).isLessThan(100);
    }

    /** Ten thousand see every byte; how fast is measured by the benchmark, not here. */
    @Test
    void tenThousandWatchersSeeEverything() throws Exception {
        int watchers = 10_000;
        CountDownLatch ready = new CountDownLatch(watchers);
        CountDownLatch done = new CountDownLatch(watchers);
        AtomicInteger right = new AtomicInteger();
        byte[] content = new byte[20_000];
        new Random(1).nextBytes(content);
        int expected = Arrays.hashCode(content);
        for (int i = 0; i < watchers; i++) {
            threads.execute(() -> {
                int hash = 1;
                byte[] buffer = new byte[512];
                try (LogTail tail = logs.store.subscribe(KEY, 0)) {
                    ready.countDown();
                    int count;
                    while ((count = tail.read(buffer, 0, buffer.length)) >= 0) {
                        for (int at = 0; at < count; at++) {
                            hash = 31 * hash + buffer[at];
                        }
                        if (count == 0) {
                            tail.await(LONG);
                        }
                    }
                    if (hash == expected) {
                        right.incrementAndGet();
                    }
                } catch (IOException | InterruptedException failure) {
                    throw new AssertionError(failure);
                } finally {
                    done.countDown();
                }
            });
        }
        ready.await();
        for (int at = 0; at < content.length; at += 2000) {
            logs.store.append(KEY, at, content, at, 2000);
        }
        logs.store.close(KEY);
        assertThat(done.await(40, TimeUnit.SECONDS)).isTrue();
        assertThat(right).hasValue(watchers);
    }

    /** Readers, watchers, closing, compression and reopening at the same time: every read is a prefix of what was written. */
    @Test
    void everyReadIsAPrefixWhateverHappens() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Future<?>> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(threads.submit(() -> {
                long size = 0;
                while (!over.get()) {
                    byte[] bytes = logs.store.read(KEY, 0, Integer.MAX_VALUE).bytes();
                    assertThat(bytes.length).isGreaterThanOrEqualTo((int) size);
                    size = bytes.length;
                    for (int at = 0; at < bytes.length; at++) {
                        if (bytes[at] != letter(at)) {
                            throw new AssertionError("wrong byte at " + at + " of " + bytes.length);
                        }
                    }
                }
                return null;
            }));
        }
        int end = 0;
        Random random = new Random(9);
        for (int round = 0; round < 40; round++) {
            byte[] piece = new byte[1 + random.nextInt(3000)];
            for (int at = 0; at < piece.length; at++) {
                piece[at] = letter(end + at);
            }
            assertThat(logs.store.append(KEY, end, piece, 0, piece.length).end())
                    .isEqualTo(end + piece.length);
            end += piece.length;
            logs.store.close(KEY);
            if (random.nextBoolean()) {
                logs.awaitCompressed(KEY);
            }
            logs.store.reopen(KEY);
        }
        over.set(true);
        for (Future<?> reader : readers) {
            reader.get();
        }
        logs.closeAndCompress(KEY);
        assertThat(logs.store.size(KEY)).isEqualTo(end);
        assertThat(Files.exists(logs.file(KEY, ".log"))).isFalse();
    }

    private static byte letter(int at) {
        return (byte) (at % 61 == 60 ? '\n' : 'a' + at % 23);
    }
}
