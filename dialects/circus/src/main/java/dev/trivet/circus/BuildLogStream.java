package dev.trivet.circus;

import dev.trivet.http.EventSource;
import dev.trivet.http.EventStream;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStore;
import dev.trivet.logs.LogTail;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A build's log as server-sent events (spec section 6): each line without a name, from the beginning, then as they come; {@code done} when
 * the build is over and everything was sent.
 */
final class BuildLogStream implements EventSource {
    private static final Duration LOOK = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BUFFER = 64 << 10;
    private static final int MOST = 1000;

    private final LogStore logs;
    private final Supplier<Optional<BuildStore.LogPlace>> place;
    private final Function<BuildStore.LogPlace, Optional<LogKey>> key;

    /** @param place where the log is now; empty once the build is gone */
    BuildLogStream(
            LogStore logs,
            Supplier<Optional<BuildStore.LogPlace>> place,
            Function<BuildStore.LogPlace, Optional<LogKey>> key) {
        this.logs = Objects.requireNonNull(logs, "logs is null");
        this.place = Objects.requireNonNull(place, "place is null");
        this.key = Objects.requireNonNull(key, "key is null");
    }

    @Override
    public void stream(EventStream stream) throws IOException, InterruptedException {
        Optional<LogKey> log = begun();
        if (log.isEmpty()) {
            stream.send("this build has no log file");
            return;
        }
        try (LogTail tail = logs.subscribe(log.get(), 0)) {
            var lines = new ResultLines();
            byte[] buffer = new byte[BUFFER];
            boolean begunOver = isOver();
            boolean over = false;
            while (!over) {
                int count = tail.read(buffer, 0, buffer.length);
                if (count > 0) {
                    lines.add(buffer, count);
                    send(stream, lines);
                } else {
                    over = count < 0
                            || ((begunOver || (!tail.await(LOOK) && isOver())) && nothingLeft(tail, lines, buffer));
                }
            }
            send(stream, lines);
            for (String line : lines.rest()) {
                stream.send(line);
            }
        }
        stream.send(null, "done", "the build is over");
    }

    /** Waits until there is a log, or can be none. */
    private Optional<LogKey> begun() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<BuildStore.LogPlace> now = place.get();
            Optional<LogKey> log = now.flatMap(key);
            boolean waits = now.isPresent() && now.get().status() == BuildStatus.PENDING;
            if (now.isEmpty() || (log.isEmpty() && !waits)) {
                return Optional.empty();
            }
            if (log.isPresent() && (!waits || logs.status(log.get()).exists())) {
                return log;
            }
            if (System.nanoTime() > deadline) {
                return Optional.empty();
            }
            if (log.isPresent()) {
                try (LogTail tail = logs.subscribe(log.get(), 0)) {
                    tail.await(Duration.ofSeconds(1));
                }
            } else {
                Thread.sleep(Duration.ofMillis(500));
            }
        }
    }

    private boolean isOver() {
        return place.get().map(now -> now.status().finished()).orElse(true);
    }

    private static boolean nothingLeft(LogTail tail, ResultLines lines, byte[] buffer) throws IOException {
        int count = tail.read(buffer, 0, buffer.length);
        if (count > 0) {
            lines.add(buffer, count);
        }
        return count <= 0;
    }

    private static void send(EventStream stream, ResultLines lines) throws IOException {
        while (lines.size() > 0) {
            for (String line : lines.next(MOST)) {
                stream.send(line);
            }
        }
    }
}
