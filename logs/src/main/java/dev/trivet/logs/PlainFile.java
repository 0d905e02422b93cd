package dev.trivet.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The file of a log that is not compressed, with its line index. One thread at a time writes; any number read what the
 * {@link #extent} covers.
 */
final class PlainFile {
    /** Checkpoints that may be missing in the index file: after a crash at most this many strides are read again. */
    private static final int UNWRITTEN_CHECKPOINTS = 16;

    private static final int BUFFER = Checkpoints.STRIDE;

    private final LogDirectory directory;
    private final LogKey key;
    private final Path path;
    private final Checkpoints lines;
    private final IndexFile index;

    /** Created with the first byte: a step that prints nothing costs no file. */
    private volatile @Nullable SharedFile file;

    private long syncedSize;
    private boolean directorySynced;

    private PlainFile(
            LogDirectory directory, LogKey key, Checkpoints lines, IndexFile index, @Nullable SharedFile file) {
        this.directory = directory;
        this.key = key;
        this.path = directory.plain(key);
        this.lines = lines;
        this.index = index;
        this.file = file;
    }

    /**
     * Opens what is on disk, reading only what the index does not cover.
     *
     * @param found what the index file says
     */
    static PlainFile open(LogDirectory directory, LogKey key, IndexFile.Content found) throws IOException {
        Path index = directory.index(key);
        if (!Files.exists(directory.plain(key))) {
            return new PlainFile(directory, key, new Checkpoints(), new IndexFile(index, 0), null);
        }
        SharedFile file = SharedFile.open(directory.plain(key));
        boolean opened = false;
        try {
            long size = found.limit().reached()
                    ? Math.min(file.size(), found.limit().kept())
                    : file.size();
            // the last byte is always read again: it decides whether a line is open
            int believed = (int) Math.clamp((size - 1) / Checkpoints.STRIDE, 0, (long) found.checkpoints().length);
            Checkpoints lines = new Checkpoints(Arrays.copyOf(found.checkpoints(), believed));
            scan(file, lines, size);
            opened = true;
            return new PlainFile(directory, key, lines, new IndexFile(index, believed), file);
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    private static void scan(SharedFile file, Checkpoints lines, long size) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (long at = lines.extent().size(); at < size; at = lines.extent().size()) {
            int wanted = (int) Math.min(buffer.length, size - at);
            int count = file.read(ByteBuffer.wrap(buffer, 0, wanted), at);
            if (count == 0) {
                return;
            }
            lines.append(buffer, 0, count);
        }
    }

    Extent extent() {
        return lines.extent();
    }

    long newlinesBefore(int block) {
        return lines.before(block);
    }

    /** Appends all or nothing. */
    void append(byte[] bytes, int offset, int length) throws IOException {
        SharedFile target = create();
        long size = lines.extent().size();
        try {
            target.write(ByteBuffer.wrap(bytes, offset, length), size);
        } catch (IOException failure) {
            target.truncate(size);
            throw failure;
        }
        lines.append(bytes, offset, length);
        if (lines.used() - index.written() >= UNWRITTEN_CHECKPOINTS) {
            index.writeCheckpoints(lines);
        }
    }

    void recordLimit(Limit limit) throws IOException {
        create();
        index.writeLimit(limit);
    }

    private SharedFile create() throws IOException {
        SharedFile existing = file;
        if (existing != null) {
            return existing;
        }
        Files.createDirectories(directory.ofJob(key.jobId()));
        SharedFile created = SharedFile.open(path);
        file = created;
        return created;
    }

    /** Reads all of a range inside of the extent. */
    void read(long position, byte[] target, int offset, int length) throws IOException {
        SharedFile source = file;
        int count = source == null ? 0 : source.read(ByteBuffer.wrap(target, offset, length), position);
        if (count < length) {
            throw new LogDamagedException(path, "it ends before byte " + (position + length), null);
        }
    }

    /** Brings what was appended before onto stable storage. Callers take turns. */
    void sync() throws IOException {
        SharedFile target = file;
        long size = lines.extent().size();
        if (target == null || size == syncedSize) {
            return;
        }
        target.sync();
        if (!directorySynced) {
            directory.syncJob(key.jobId());
            directorySynced = true;
        }
        syncedSize = size;
    }

    /** Completes the index file and closes the log's file; nobody uses it any more. */
    void close() throws IOException {
        SharedFile current = file;
        if (current != null) {
            current.close();
        }
    }

    /** Completes the index file, so that the next opening reads little. */
    void writeIndex() throws IOException {
        index.writeCheckpoints(lines);
    }
}
