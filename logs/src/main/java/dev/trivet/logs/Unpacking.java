package dev.trivet.logs;

import dev.trivet.blobs.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Turns a compressed log back into one that can grow. Until the compressed file is gone, it is the log. */
final class Unpacking {
    private final LogDirectory directory;

    Unpacking(LogDirectory directory) {
        this.directory = directory;
    }

    void unpack(LogKey key) throws IOException {
        if (!Files.exists(directory.compressed(key))) {
            return;
        }
        directory.deletePlain(key);
        try (CompressedLog log = CompressedLog.open(directory.compressed(key))) {
            if (log.limit().reached()) {
                new IndexFile(directory.index(key), 0).writeLimit(log.limit());
            }
            Path unfinished = directory.unfinishedPlain(key);
            copy(log, unfinished);
            DurableFiles.moveIntoPlace(unfinished, directory.plain(key));
        }
        Files.delete(directory.compressed(key));
        DurableFiles.syncDirectory(directory.ofJob(key.jobId()));
    }

    private static void copy(LogSource log, Path target) throws IOException {
        try (FileChannel channel = FileChannel.open(
                target, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            byte[] buffer = new byte[CompressedLog.FRAME];
            int count;
            for (long at = 0; (count = log.read(at, buffer, 0, buffer.length)) > 0; at += count) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            channel.force(true);
        }
    }
}
