package dev.trivet.logs;

import dev.trivet.blobs.DirectoryLock;
import dev.trivet.blobs.DurableFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Append-only logs as files of a directory (DESIGN.md section 4, "Logs"), which this store owns alone while it is open. All
 * methods may be called from any thread.
 *
 * <p><b>Writing.</b> Appends carry their offset, so a writer that does not know whether an append arrived just repeats it: what
 * is stored is always a prefix of what was written, without hole, reorder or duplicate. Two writers of one log at the same time
 * are the caller's mistake and end in a {@link LogConflictException} at the latest when they overlap.
 *
 * <p><b>Durability.</b> Acknowledged bytes have been handed to the operating system: they survive the death of this process, at
 * any instant. A background pass brings them onto stable storage every {@link LogSettings#syncInterval}, and {@link #close(LogKey)} does so
 * before it returns. A power loss may take what was acknowledged since the last pass; {@link LogAck#durable} tells a writer what
 * is beyond that, so that one which keeps the rest loses nothing.
 *
 * <p><b>Limit.</b> A log keeps at most its limit of the writer's bytes, then one line that says so. What follows is accepted and
 * dropped: the writer's offsets stay its own, and a writer over the limit is never stuck.
 *
 * <p><b>Reading.</b> A read sees the log as it was when the read began. It never waits for a writer, nor a writer for it, and
 * works the same while a log is open, closed, being compressed and compressed. A log that does not exist reads as empty.
 */
public final class LogStore implements AutoCloseable {
    /** Longest text of a line that {@link #lines} returns. */
    public static final int MAX_LINE_BYTES = 64 * 1024;

    /** Most bytes of text that one call of {@link #lines} returns, give or take a line. */
    public static final int MAX_PAGE_BYTES = 8 * 1024 * 1024;

    /** Most bytes that one call of {@link #read} or {@link #tail} returns. */
    public static final int MAX_READ_BYTES = 8 * 1024 * 1024;

    private static final int BUFFER = 64 * 1024;

    private final LogSettings settings;
    private final InstantSource clock;
    private final DirectoryLock ownership;
    private final LogDirectory directory;
    private final Waker waker = new Waker();
    private final OpenLogs logs;
    private final Housekeeping housekeeping;
    private final Compressor compressor;

    private LogStore(Path root, LogSettings settings, InstantSource clock, DirectoryLock ownership) throws IOException {
        this.settings = settings;
        this.clock = clock;
        this.ownership = ownership;
        this.directory = new LogDirectory(root);
        this.logs = new OpenLogs(directory, waker, clock);
        this.housekeeping = new Housekeeping(logs, settings, clock);
        this.compressor = new Compressor(logs, directory, new Compression(settings.compressionLevel()));
        directory.markedClosed().forEach(compressor::submit);
    }

    /**
     * Opens or creates a store. The cost does not grow with the number of logs; one that a crash left open is looked at when it is
     * used first, one that was closed is compressed in the background.
     *
     * @throws IOException if the directory cannot be used or another process has it open
     */
    public static LogStore open(Path directory, LogSettings settings, InstantSource clock) throws IOException {
        Objects.requireNonNull(settings, "settings is null");
        Objects.requireNonNull(clock, "clock is null");
        DurableFiles.createDirectories(directory);
        DirectoryLock ownership = DirectoryLock.take(directory);
        boolean opened = false;
        try {
            LogStore store = new LogStore(directory, settings, clock, ownership);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                ownership.close();
            }
        }
    }

    /** As {@link #append(LogKey, long, byte[], int, int, long)} with the limit of the settings. */
    public LogAck append(LogKey key, long offset, byte[] bytes, int from, int length) throws IOException {
        return append(key, offset, bytes, from, length, settings.maxBytes());
    }

    /**
     * Appends bytes that stand at {@code offset} of what the writer writes. Those that were accepted before are compared and not
     * stored again.
     *
     * @param maxBytes limit of this log, positive
     * @throws LogGapException if bytes before {@code offset} are missing
     * @throws LogConflictException if other bytes were accepted for the same place
     * @throws LogClosedException if there are new bytes and the log is closed
     * @throws LogStorageFullException if the device is full; the same append may be repeated later
     */
    public LogAck append(LogKey key, long offset, byte[] bytes, int from, int length, long maxBytes)
            throws IOException {
        Objects.checkFromIndexSize(from, length, bytes.length);
        if (offset < 0 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "offset must not be negative and maxBytes must be positive: " + offset + ", " + maxBytes);
        }
        while (true) {
            OpenLog log = logs.live(key);
            if (log == null) {
                return new Repetition(key).check(logs, offset, bytes, from, length);
            }
            LogAck ack = log.append(offset, bytes, from, length, maxBytes, clock.millis());
            if (ack != null) {
                return ack;
            }
            logs.forget(log);
        }
    }

    /**
     * Ends the log: on stable storage when this returns, its watchers told, compressed soon after. Does nothing if it is closed
     * already. A log that nobody wrote to becomes an empty closed one.
     */
    public void close(LogKey key) throws IOException {
        while (true) {
            OpenLog log = logs.live(key);
            if (log == null) {
                return;
            }
            if (log.close(clock.millis())) {
                compressor.submit(key);
                return;
            }
            logs.forget(log);
        }
    }

    /** As {@link #close}, but a log that nobody wrote to or follows stays as absent as it is. */
    public void closeIfKnown(LogKey key) throws IOException {
        if (logs.known(key)) {
            close(key);
        }
    }

    /** Makes a closed log appendable again, for another attempt of its job. Watchers that saw its end do not come back. */
    public void reopen(LogKey key) throws IOException {
        while (true) {
            OpenLog log = logs.live(key);
            if (log == null) {
                logs.unpack(key);
            } else if (log.reopen(clock.millis())) {
                return;
            } else {
                logs.forget(log);
            }
        }
    }

    /** Deletes all logs of a job. Its writers must have ended; watchers are told that the log ended. */
    public void delete(long jobId) throws IOException {
        Set<LogKey> keys = new HashSet<>(directory.ofJobOnDisk(jobId));
        for (OpenLog log : logs.all()) {
            if (log.key().jobId() == jobId) {
                keys.add(log.key());
            }
        }
        for (LogKey key : keys) {
            logs.delete(key);
        }
        directory.deleteJob(jobId);
    }

    public LogStatus status(LogKey key) throws IOException {
        try (LogSource log = logs.source(key)) {
            Extent extent = log.extent();
            return new LogStatus(
                    logs.exists(key),
                    extent.size(),
                    extent.lines(),
                    log.received(),
                    log.durable(),
                    log.limit().reached(),
                    log.ended());
        }
    }

    /** Readable bytes. */
    public long size(LogKey key) throws IOException {
        try (LogSource log = logs.source(key)) {
            return log.extent().size();
        }
    }

    /** Lines, a last one without line end included. */
    public long lineCount(LogKey key) throws IOException {
        try (LogSource log = logs.source(key)) {
            return log.extent().lines();
        }
    }

    /** Bytes from an offset on, at most {@code maxBytes} and {@link #MAX_READ_BYTES}; none from behind the end. */
    public LogSlice read(LogKey key, long from, int maxBytes) throws IOException {
        requireNotNegative(from, "offset");
        requireNotNegative(maxBytes, "maxBytes");
        try (LogSource log = logs.source(key)) {
            return slice(log, from, maxBytes);
        }
    }

    /** The last bytes, at most {@code lastBytes} and {@link #MAX_READ_BYTES}. */
    public LogSlice tail(LogKey key, int lastBytes) throws IOException {
        requireNotNegative(lastBytes, "lastBytes");
        try (LogSource log = logs.source(key)) {
            int length = Math.min(lastBytes, MAX_READ_BYTES);
            return slice(log, Math.max(0, log.extent().size() - length), length);
        }
    }

    private static LogSlice slice(LogSource log, long from, int maxBytes) throws IOException {
        long size = log.extent().size();
        byte[] bytes = new byte[(int) Math.clamp(size - from, 0, (long) Math.min(maxBytes, MAX_READ_BYTES))];
        int count = log.read(from, bytes, 0, bytes.length);
        if (count != bytes.length) {
            throw new LogException("log shrank while it was read at offset " + from);
        }
        return new LogSlice(from, bytes, size, log.ended());
    }

    /**
     * Copies bytes from an offset on, as many as asked for or as there are; for HTTP ranges of any length.
     *
     * @return the number of bytes copied
     */
    public long readRange(LogKey key, long from, long length, OutputStream target) throws IOException {
        requireNotNegative(from, "offset");
        requireNotNegative(length, "length");
        try (LogSource log = logs.source(key)) {
            byte[] buffer = new byte[(int) Math.clamp(log.extent().size() - from, 0, (long) BUFFER)];
            long copied = 0;
            while (copied < length) {
                int count = log.read(from + copied, buffer, 0, (int) Math.min(buffer.length, length - copied));
                if (count == 0) {
                    break;
                }
                target.write(buffer, 0, count);
                copied += count;
            }
            return copied;
        }
    }

    /**
     * Lines from a number (from 0) on. At most {@code count}, and fewer where they add up to more than {@link #MAX_PAGE_BYTES}; a
     * line behind {@link #MAX_LINE_BYTES} is cut.
     */
    public LogPage lines(LogKey key, long fromLine, int count) throws IOException {
        requireNotNegative(fromLine, "line");
        requireNotNegative(count, "count");
        try (LogSource log = logs.source(key)) {
            return new LogPage(
                    new LineReader(log).read(fromLine, count), log.extent().lines(), log.ended());
        }
    }

    /** The line (from 0) that the byte at an offset belongs to; the last one for an offset behind the end. */
    public long lineAt(LogKey key, long offset) throws IOException {
        requireNotNegative(offset, "offset");
        try (LogSource log = logs.source(key)) {
            return new LineLookup(log).lineAt(offset);
        }
    }

    /** Where a line (from 0) starts; the size of the log for a line behind the last one. */
    public long offsetOfLine(LogKey key, long line) throws IOException {
        requireNotNegative(line, "line");
        try (LogSource log = logs.source(key)) {
            return new LineLookup(log).offsetOf(line);
        }
    }

    /** Finds a text; reads the log in small pieces, within the bounds of the search. */
    public LogHits search(LogKey key, LogSearch search) throws IOException {
        try (LogSource log = logs.source(key)) {
            return search.in(log);
        }
    }

    /** Follows the log from an offset on, also one that does not exist yet. */
    public LogTail subscribe(LogKey key, long from) throws IOException {
        requireNotNegative(from, "offset");
        return new LogTail(logs, directory, key, from);
    }

    /** For tests of this package. */
    OpenLogs logs() {
        return logs;
    }

    private static void requireNotNegative(long value, String name) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " is negative: " + value);
        }
    }

    /** Brings everything onto stable storage and stops. Threads that follow a log get an exception. */
    @Override
    public void close() throws IOException {
        housekeeping.close();
        compressor.close();
        try {
            logs.close();
        } finally {
            waker.close();
            ownership.close();
        }
    }
}
