package dev.trivet.store;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** {@code postgres.log}: what PostgreSQL prints, with one older part ({@code postgres.log.1}) and a bound on both. */
final class PostgresLog {

    private static final long MOST_BYTES = 8L << 20;
    private static final int TAIL_BYTES = 4096;

    private final Path file;

    PostgresLog(Path file) {
        this.file = file;
    }

    ProcessBuilder.Redirect redirect() {
        return ProcessBuilder.Redirect.appendTo(file.toFile());
    }

    /** Moves the content to the older part when it has grown too large. The writer appends, so it goes on at the new end. */
    void trim() throws IOException {
        if (!Files.exists(file) || Files.size(file) <= MOST_BYTES) {
            return;
        }
        Files.copy(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            channel.truncate(0);
        }
    }

    long size() throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** The last few lines printed after the position, for an error message. */
    String since(long position) {
        try (FileChannel channel = FileChannel.open(file, READ)) {
            long from = Math.max(Math.min(position, channel.size()), channel.size() - TAIL_BYTES);
            java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate((int) (channel.size() - from));
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {}
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
        } catch (IOException e) {
            return "(" + file + " cannot be read: " + e.getMessage() + ")";
        }
    }
}
