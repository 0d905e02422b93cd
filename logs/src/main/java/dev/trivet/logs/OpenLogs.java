package dev.trivet.logs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The logs that are in memory; finds or loads one by its key. Where a compressed file is, it is the log. */
final class OpenLogs {
    private final LogDirectory directory;
    private final Waker waker;
    private final InstantSource clock;
    private final ConcurrentHashMap<LogKey, OpenLog> logs = new ConcurrentHashMap<>();
    private volatile boolean closed;

    OpenLogs(LogDirectory directory, Waker waker, InstantSource clock) {
        this.directory = directory;
        this.waker = waker;
        this.clock = clock;
    }

    /** The log if it is not compressed, a new one if there is none; null if it is compressed. */
    @Nullable
    OpenLog live(LogKey key) throws IOException {
        OpenLog known = logs.get(key);
        if (known != null) {
            return known;
        }
        try {
            return logs.computeIfAbsent(key, this::load);
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    private @Nullable OpenLog load(LogKey key) {
        try {
            if (closed) {
                throw new LogException("the log store is closed");
            }
            return Files.exists(directory.compressed(key)) ? null : OpenLog.load(key, directory, waker, clock.millis());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The log for reading. A log that does not exist is empty, and stays out of memory. */
    LogSource source(LogKey key) throws IOException {
        while (true) {
            OpenLog log = logs.get(key);
            if (log == null) {
                if (Files.exists(directory.compressed(key))) {
                    try {
                        return CompressedLog.open(directory.compressed(key));
                    } catch (NoSuchFileException reopenedMeanwhile) {
                        continue;
                    }
                }
                if (!exists(key)) {
                    return new EmptySource();
                }
                log = live(key);
            }
            if (log != null) {
                if (log.acquire()) {
                    return new PlainSource(log);
                }
                forget(log);
            }
        }
    }

    /** Whether something was written to the log, or it was closed. */
    boolean exists(LogKey key) {
        return Files.exists(directory.plain(key))
                || Files.exists(directory.compressed(key))
                || directory.isMarkedClosed(key);
    }

    /** Whether it exists, or somebody follows or writes it just now. */
    boolean known(LogKey key) {
        return logs.containsKey(key) || exists(key);
    }

    /** Those in memory now. */
    Collection<OpenLog> all() {
        return logs.values();
    }

    /** Forgets a log that was found retired, so that the next look-up finds its successor. */
    void forget(OpenLog log) {
        logs.remove(log.key(), log);
    }

    /** Retires and forgets logs that nobody used since then. */
    void forgetIdle(long unusedSinceMillis) throws IOException {
        for (LogKey key : logs.keySet()) {
            try {
                logs.computeIfPresent(key, (_, log) -> retiredIfIdle(log, unusedSinceMillis) ? null : log);
            } catch (UncheckedIOException failure) {
                throw failure.getCause();
            }
        }
    }

    private static boolean retiredIfIdle(OpenLog log, long unusedSinceMillis) {
        try {
            return log.retireIfIdle(unusedSinceMillis);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Retires a log and removes its files while nobody can load it. */
    void delete(LogKey key) throws IOException {
        try {
            logs.compute(key, (_, log) -> {
                try {
                    if (log != null) {
                        log.retireDeleted();
                    }
                    Files.deleteIfExists(directory.compressed(key));
                    directory.deletePlain(key);
                    return null;
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    /** Brings a compressed log back into its plain form; does nothing if it is not compressed. */
    void unpack(LogKey key) throws IOException {
        try {
            logs.computeIfAbsent(key, absent -> {
                try {
                    new Unpacking(directory).unpack(absent);
                    return null;
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    /** Retires all; from now on nothing is loaded. */
    void close() throws IOException {
        closed = true;
        IOException first = null;
        for (Iterator<OpenLog> each = logs.values().iterator(); each.hasNext(); ) {
            try {
                each.next().retireAtShutdown();
            } catch (IOException failure) {
                first = first == null ? failure : first;
            }
            each.remove();
        }
        if (first != null) {
            throw first;
        }
    }
}
