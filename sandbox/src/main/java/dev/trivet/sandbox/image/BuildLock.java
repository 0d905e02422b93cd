package dev.trivet.sandbox.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One build of a name at a time, among the threads of this process and among processes. The lock of a dead process is free. */
final class BuildLock {
    private final Path directory;
    private final Map<String, ReentrantLock> threads = new ConcurrentHashMap<>();

    BuildLock(Path directory) {
        this.directory = directory;
    }

    /** What is done while the lock is held. */
    @FunctionalInterface
    interface Work<T, E extends Exception> {
        T run() throws E, IOException;
    }

    /** Runs {@code work} alone; {@code waiting} is called once if somebody else has the lock at first. */
    <T, E extends Exception> T alone(String name, Runnable waiting, Work<T, E> work) throws E, IOException {
        ReentrantLock thread = threads.computeIfAbsent(name, absent -> new ReentrantLock());
        boolean told = false;
        if (!thread.tryLock()) {
            waiting.run();
            told = true;
            thread.lock();
        }
        try (FileChannel channel = open(name)) {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                if (!told) {
                    waiting.run();
                }
                lock = channel.lock();
            }
            try {
                return work.run();
            } finally {
                lock.release();
            }
        } finally {
            thread.unlock();
        }
    }

    /** Runs {@code work} alone if nobody has the lock now; otherwise does nothing. */
    void ifFree(String name, Cleanup work) throws IOException {
        ReentrantLock thread = threads.computeIfAbsent(name, absent -> new ReentrantLock());
        if (!thread.tryLock()) {
            return;
        }
        try (FileChannel channel = open(name)) {
            FileLock lock = tryLock(channel);
            if (lock != null) {
                try {
                    work.run();
                } finally {
                    lock.release();
                }
            }
        } finally {
            thread.unlock();
        }
    }

    /** What is done if the lock is free. */
    @FunctionalInterface
    interface Cleanup {
        void run() throws IOException;
    }

    private FileChannel open(String name) throws IOException {
        return FileChannel.open(
                directory.resolve(".lock-" + ImageStore.slug(name)),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw new IOException("two catalogues of one process use the same directory: share one", e);
        }
    }
}
