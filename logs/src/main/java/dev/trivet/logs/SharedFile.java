package dev.trivet.logs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that many threads use at once, one of which may be interrupted at any moment. A plain {@link FileChannel} would then be
 * closed under all the others; this one finishes the operation and leaves the interrupt to be seen afterwards.
 */
final class SharedFile implements Closeable {
    @FunctionalInterface
    private interface Operation<T> {
        T on(FileChannel channel) throws IOException;
    }

    private final Path path;
    private volatile FileChannel channel;
    private boolean closed;

    private SharedFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static SharedFile open(Path path) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            return new SharedFile(
                    path,
                    FileChannel.open(
                            path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE));
        } finally {
            restore(interrupted);
        }
    }

    /** Reads at a position; fewer bytes than there is room for only at the end of the file. */
    int read(ByteBuffer target, long position) throws IOException {
        int start = target.position();
        while (target.hasRemaining()) {
            int done = target.position() - start;
            if (finish(file -> file.read(target, position + done)) < 0) {
                break;
            }
        }
        return target.position() - start;
    }

    /** Writes all of it at a position. Repeating a part after an interrupt is harmless because the position is fixed. */
    void write(ByteBuffer source, long position) throws IOException {
        int start = source.position();
        while (source.hasRemaining()) {
            int done = source.position() - start;
            finish(file -> file.write(source, position + done));
        }
    }

    /** Brings the bytes written before onto stable storage (fdatasync). */
    void sync() throws IOException {
        finish(file -> {
            file.force(false);
            return true;
        });
    }

    void truncate(long size) throws IOException {
        finish(file -> file.truncate(size));
    }

    long size() throws IOException {
        return finish(FileChannel::size);
    }

    private <T> T finish(Operation<T> operation) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                FileChannel current = channel;
                try {
                    return operation.on(current);
                } catch (ClosedChannelException broken) {
                    interrupted |= Thread.interrupted();
                    reopen(current, broken);
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    @SuppressWarnings("ReferenceEquality") // whether another thread has replaced this very channel
    private synchronized void reopen(FileChannel broken, ClosedChannelException cause) throws IOException {
        if (closed) {
            throw cause;
        }
        if (channel == broken) {
            channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        channel.close();
    }
}
