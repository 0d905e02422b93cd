package dev.trivet.logs;

import java.io.IOException;
import java.util.Arrays;

/** An append to a log that is closed and compressed: fine if it only repeats what was accepted. */
final class Repetition {
    private final LogKey key;

    Repetition(LogKey key) {
        this.key = key;
    }

    LogAck check(OpenLogs logs, long offset, byte[] bytes, int from, int length) throws IOException {
        try (LogSource log = logs.source(key)) {
            if (offset + length > log.received()) {
                throw new LogClosedException(key, log.extent().size());
            }
            long kept =
                    log.limit().reached() ? log.limit().kept() : log.extent().size();
            byte[] stored = new byte[(int) Math.clamp(kept - offset, 0, (long) length)];
            int count = log.read(offset, stored, 0, stored.length);
            if (!Arrays.equals(stored, 0, count, bytes, from, from + count)) {
                throw new LogConflictException(key, offset, count);
            }
            return new LogAck(log.received(), log.durable(), log.limit().reached());
        }
    }
}
