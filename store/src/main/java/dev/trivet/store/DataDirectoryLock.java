package dev.trivet.store;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One server per data directory. The kernel holds the lock ({@code trivet.lock}), so it ends with the process however that dies; the pid in
 * the file is for the message only.
 */
public final class DataDirectoryLock implements AutoCloseable {

    private final FileChannel channel;

    private DataDirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock; creates the directory when there is none.
     *
     * @throws IOException when another process (or this one) holds it; the message names its pid
     */
    public static DataDirectoryLock acquire(Path data) throws IOException {
        requireNonNull(data, "data is null");
        Files.createDirectories(data);
        Path file = data.resolve("trivet.lock");
        String self = identity();
        if (Files.exists(file) && Files.readString(file).equals(self)) {
            // Looking at the lock by a second channel would drop it: POSIX locks belong to the process, not to the
            // channel.
            throw refusal(data, self);
        }
        FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw refusal(data, Files.readString(file));
            }
            channel.truncate(0);
            ByteBuffer text = ByteBuffer.wrap(self.getBytes(StandardCharsets.UTF_8));
            while (text.hasRemaining()) {
                channel.write(text);
            }
            return new DataDirectoryLock(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static IOException refusal(Path data, String owner) {
        String pid = owner.strip().split(" ", 2)[0];
        return new IOException("The data directory " + data + " is in use by the process " + pid
                + "; stop that one first, or give this one a directory of its own");
    }

    /** The pid and, because a container's first process always has pid 1, when the process started. */
    private static String identity() {
        ProcessHandle self = ProcessHandle.current();
        return self.pid() + " "
                + self.info().startInstant().map(Object::toString).orElse("") + "\n";
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.truncate(0);
            channel.close();
        }
    }
}
