package dev.trivet.bench;

import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStore;
import dev.trivet.logs.LogTail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A log that grows ten times a second, each time by the time of day, and many who follow it. */
final class WatchedLog {
    private static final int PER_SECOND = 10;
    private static final int PAUSE_MILLIS = 1000 / PER_SECOND;
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final LogStore logs;
    private final LogKey key;

    WatchedLog(LogStore logs, LogKey key) {
        this.logs = logs;
        this.key = key;
    }

    /** From the call that appends to the moment at which a watcher has the bytes, of all watchers and all appends. */
    Percentiles lags(int watchers, int seconds) throws Exception {
        int appends = seconds * PER_SECOND;
        var following = new CountDownLatch(watchers);
        long[] all = new long[watchers * appends];
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> followers = new ArrayList<>();
            for (int watcher = 0; watcher < watchers; watcher++) {
                int from = watcher * appends;
                followers.add(pool.submit(() -> {
                    follow(following, all, from, appends);
                    return from;
                }));
            }
            following.await();
            for (int append = 0; append < appends; append++) {
                Thread.sleep(PAUSE_MILLIS);
                byte[] now = ByteBuffer.allocate(Long.BYTES)
                        .putLong(System.nanoTime())
                        .array();
                logs.append(key, (long) append * Long.BYTES, now, 0, now.length);
            }
            for (Future<?> follower : followers) {
                follower.get();
            }
        }
        return Percentiles.of(all);
    }

    private void follow(CountDownLatch following, long[] all, int from, int appends)
            throws IOException, InterruptedException {
        byte[] buffer = new byte[appends * Long.BYTES];
        try (LogTail tail = logs.subscribe(key, 0)) {
            following.countDown();
            int had = 0;
            while (had < buffer.length) {
                int count = tail.read(buffer, had, buffer.length - had);
                long now = System.nanoTime();
                for (int at = had / Long.BYTES; at < (had + count) / Long.BYTES; at++) {
                    all[from + at] = now - ByteBuffer.wrap(buffer).getLong(at * Long.BYTES);
                }
                had += count;
                if (count == 0 && !tail.await(LONGEST)) {
                    throw new IOException("a watcher heard nothing for " + LONGEST.toSeconds() + " s");
                }
            }
        }
    }
}
