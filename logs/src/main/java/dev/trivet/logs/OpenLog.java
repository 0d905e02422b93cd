package dev.trivet.logs;

import dev.trivet.blobs.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A log that is not compressed: the only writer of its file. Appends take turns; readers never wait for them. When the log is
 * compressed, deleted or left idle its object is <em>retired</em>: it then refuses to write (answers null or false), and the
 * caller looks the log up again.
 */
final class OpenLog {
    private final LogKey key;
    private final LogDirectory directory;
    private final PlainFile file;
    private final Watchers watchers;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock syncLock = new ReentrantLock();

    /** One for the store, one for each reader; at 0 the file is closed. */
    private final AtomicInteger uses = new AtomicInteger(1);

    private volatile Limit limit;
    private volatile long received;
    private volatile long durable;
    private volatile boolean closed;
    private volatile boolean retired;
    private volatile boolean deleted;
    private volatile boolean syncFailed;
    private volatile long lastUsedMillis;

    private OpenLog(LogKey key, LogDirectory directory, PlainFile file, Waker waker, Limit limit, long nowMillis) {
        this.key = key;
        this.directory = directory;
        this.file = file;
        this.watchers = new Watchers(waker);
        this.limit = limit;
        this.lastUsedMillis = nowMillis;
        this.closed = directory.isMarkedClosed(key);
        this.received = limit.reached() ? limit.received() : file.extent().size();
    }

    /** The log as it is on disk, after whatever crash; an empty one if nothing is there. */
    static OpenLog load(LogKey key, LogDirectory directory, Waker waker, long nowMillis) throws IOException {
        IndexFile.Content found = IndexFile.read(directory.index(key));
        PlainFile file = PlainFile.open(directory, key, found);
        Limit limit = found.limit();
        if (limit.reached() && file.extent().size() < limit.kept()) {
            // a power loss took bytes that the limit counted: they may come again
            file.recordLimit(Limit.NONE);
            limit = Limit.NONE;
        } else if (limit.reached()) {
            byte[] notice = limit.notice(file.extent().midLine());
            file.append(notice, 0, notice.length);
        }
        return new OpenLog(key, directory, file, waker, limit, nowMillis);
    }

    LogKey key() {
        return key;
    }

    PlainFile file() {
        return file;
    }

    Watchers watchers() {
        return watchers;
    }

    Limit limit() {
        return limit;
    }

    /** Bytes of the writer that were accepted, kept or dropped. */
    long received() {
        return received;
    }

    /** The part of {@link #received} that survives a power loss. */
    long durable() {
        return durable;
    }

    /** Nothing more will come. */
    boolean ended() {
        return closed || deleted;
    }

    boolean retired() {
        return retired;
    }

    boolean deleted() {
        return deleted;
    }

    /** See {@link LogStore#append}; null if this object is retired. */
    @Nullable
    LogAck append(long offset, byte[] bytes, int from, int length, long maxBytes, long nowMillis) throws IOException {
        lock.lock();
        try {
            if (retired) {
                return null;
            }
            lastUsedMillis = nowMillis;
            if (offset > received && !limit.reached()) {
                throw new LogGapException(key, received, offset);
            }
            int known = (int) Math.clamp(received - offset, 0, (long) length);
            verifyRepeated(offset, bytes, from, known);
            if (known < length) {
                accept(bytes, from + known, length - known, maxBytes);
                received = Math.max(received, offset + length);
            }
            return new LogAck(received, durable, limit.reached());
        } catch (IOException failure) {
            throw explained(failure);
        } finally {
            lock.unlock();
        }
    }

    private void accept(byte[] bytes, int from, int length, long maxBytes) throws IOException {
        if (closed) {
            throw new LogClosedException(key, file.extent().size());
        }
        if (limit.reached()) {
            completeNotice();
            return;
        }
        int fit = (int) Math.clamp(maxBytes - received, 0, (long) length);
        if (fit > 0) {
            file.append(bytes, from, fit);
            received = file.extent().size();
        }
        if (fit < length) {
            endAtLimit(new Limit(received, maxBytes, received));
        }
        watchers.changed();
    }

    /** First the fact, then the line that tells it: what keeps the line from being written delays it only. */
    private void endAtLimit(Limit reached) throws IOException {
        file.recordLimit(reached);
        limit = reached;
        completeNotice();
    }

    private void completeNotice() throws IOException {
        if (limit.reached() && file.extent().size() == limit.kept()) {
            byte[] notice = limit.notice(file.extent().midLine());
            file.append(notice, 0, notice.length);
        }
    }

    /** Repeated bytes must be those that were kept of them. */
    private void verifyRepeated(long offset, byte[] bytes, int from, int length) throws IOException {
        long kept = limit.reached() ? limit.kept() : received;
        int comparable = (int) Math.clamp(kept - offset, 0, (long) length);
        byte[] stored = new byte[comparable];
        file.read(offset, stored, 0, comparable);
        if (!Arrays.equals(stored, 0, comparable, bytes, from, from + comparable)) {
            throw new LogConflictException(key, offset, comparable);
        }
    }

    /** Ends the log; false if this object is retired. */
    boolean close(long nowMillis) throws IOException {
        lock.lock();
        try {
            if (retired) {
                return false;
            }
            lastUsedMillis = nowMillis;
            if (!closed) {
                completeNotice();
                if (limit.reached()) {
                    file.recordLimit(new Limit(limit.kept(), limit.limit(), received));
                }
                sync();
                directory.markClosed(key);
                closed = true;
                watchers.changed();
            }
            return true;
        } catch (IOException failure) {
            throw explained(failure);
        } finally {
            lock.unlock();
        }
    }

    /** Makes a closed log appendable again; false if this object is retired. */
    boolean reopen(long nowMillis) throws IOException {
        lock.lock();
        try {
            if (retired) {
                return false;
            }
            lastUsedMillis = nowMillis;
            Files.deleteIfExists(directory.closedMark(key));
            closed = false;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private IOException explained(IOException failure) {
        return !(failure instanceof LogException) && DurableFiles.isFull(failure, directory.root())
                ? new LogStorageFullException(key, failure)
                : failure;
    }

    /** Brings everything acknowledged before onto stable storage; appends go on meanwhile. */
    void sync() throws IOException {
        if (!acquire()) {
            return; // deleted or put away: its file is closed
        }
        syncLock.lock();
        try {
            if (syncFailed) {
                return;
            }
            long accepted = received;
            file.sync();
            durable = accepted;
        } catch (IOException failure) {
            // the system forgets which pages it failed to write: what was promised so far is all that may be promised
            syncFailed = true;
            throw failure;
        } finally {
            syncLock.unlock();
            release();
        }
    }

    /** Counts a watcher in; false if this object is retired. */
    boolean watch() {
        lock.lock();
        try {
            if (retired) {
                return false;
            }
            watchers.subscribe();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Holds the file for a reader; false if it is gone. */
    boolean acquire() {
        return uses.getAndUpdate(seen -> seen == 0 ? 0 : seen + 1) > 0;
    }

    CompressedLog openCompressed() throws IOException {
        return CompressedLog.open(directory.compressed(key));
    }

    void release() throws IOException {
        if (uses.decrementAndGet() == 0) {
            file.close();
        }
    }

    /** A step of the end of this object. */
    @FunctionalInterface
    interface Ending {
        void run() throws IOException;
    }

    /**
     * Retires the log in favour of its compressed file, which {@code placing} brings into place; not if the log was deleted or
     * reopened meanwhile, even if it was closed again: then it holds more than what was compressed.
     */
    boolean supersede(LogSource compressed, Ending placing) throws IOException {
        lock.lock();
        try {
            if (retired
                    || !closed
                    || !compressed.ended()
                    || compressed.extent().size() != file.extent().size()
                    || compressed.received() != received) {
                return false;
            }
            placing.run();
            retire();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Retires the log because it is deleted. */
    void retireDeleted() throws IOException {
        lock.lock();
        try {
            deleted = true;
            retire();
        } finally {
            lock.unlock();
        }
    }

    /** Retires an open log that nobody writes to or watches. */
    boolean retireIfIdle(long unusedSinceMillis) throws IOException {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            if (closed || watchers.subscribed() > 0 || lastUsedMillis > unusedSinceMillis) {
                return false;
            }
            sync();
            file.writeIndex();
            retire();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Retires the log because the store is closed. */
    void retireAtShutdown() throws IOException {
        lock.lock();
        try {
            sync();
            file.writeIndex();
        } finally {
            retire();
            lock.unlock();
        }
    }

    private void retire() throws IOException {
        if (!retired) {
            retired = true;
            watchers.wakeAll();
            release();
        }
    }
}
