package dev.trivet.server;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the collection of blobs and the packing of a backup apart, over processes: while one holds this, the other does not work. The
 * system gives it back when a process ends, however it ends.
 */
final class BlobsPinned implements Closeable {
    private final FileChannel channel;

    private BlobsPinned(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes it; null if somebody has it. */
    static @Nullable BlobsPinned unlessPinned(Path data) throws IOException {
        FileChannel channel = open(data);
        boolean taken = false;
        try {
            taken = channel.tryLock() != null;
        } catch (OverlappingFileLockException ours) {
            // another part of this process has it
        } finally {
            if (!taken) {
                channel.close();
            }
        }
        return taken ? new BlobsPinned(channel) : null;
    }

    /** Takes it; waits for the end of a collection in another process. */
    static BlobsPinned pin(Path data) throws IOException {
        FileChannel channel = open(data);
        boolean taken = false;
        try {
            var _ = channel.lock();
            taken = true;
            return new BlobsPinned(channel);
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static FileChannel open(Path data) throws IOException {
        return FileChannel.open(
                Files.createDirectories(data).resolve("blobs.pinned"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
    }
}
