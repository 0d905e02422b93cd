package dev.trivet.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What is kept beside a log that is not compressed, so that opening it again reads only its tail: a head with the limit that was
 * reached, then the line checkpoints. Each part carries a checksum; one that does not match ends what is believed, and the log
 * itself is read instead. All numbers are little-endian.
 *
 * <pre>
 * head        magic u64 · kept i64 (-1: no limit reached) · limit i64 · received i64 · crc32c u32
 * checkpoint  newlines i64 · crc32c u32 over (number of the checkpoint i64, newlines i64)
 * </pre>
 */
final class IndexFile {
    private static final long MAGIC = 0x31_58_44_49_54_56_52_54L; // "TRVTIDX1"
    private static final int HEAD = 4 * Long.BYTES + Integer.BYTES;
    private static final int ENTRY = Long.BYTES + Integer.BYTES;

    /**
     * What was read.
     *
     * @param limit the limit that was reached, or {@link Limit#NONE}
     * @param checkpoints the believable ones
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Content(Limit limit, long[] checkpoints) {}

    private final Path path;

    /** Checkpoints that are in the file; the others follow with the next write. */
    private int written;

    IndexFile(Path path, int written) {
        this.path = path;
        this.written = written;
    }

    static Content read(Path path) throws IOException {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        } catch (NoSuchFileException none) {
            return new Content(Limit.NONE, new long[0]);
        }
        if (bytes.remaining() < HEAD
                || bytes.getLong(0) != MAGIC
                || bytes.getInt(HEAD - Integer.BYTES) != crc(bytes.array(), HEAD - Integer.BYTES)) {
            return new Content(Limit.NONE, new long[0]);
        }
        return new Content(
                new Limit(bytes.getLong(8), bytes.getLong(16), bytes.getLong(24)), checkpoints(bytes.position(HEAD)));
    }

    private static long[] checkpoints(ByteBuffer bytes) {
        long[] counts = new long[bytes.remaining() / ENTRY];
        long previous = 0;
        for (int i = 0; i < counts.length; i++) {
            long count = bytes.getLong();
            if (bytes.getInt() != crc(i, count) || count < previous) {
                return Arrays.copyOf(counts, i);
            }
            counts[i] = count;
            previous = count;
        }
        return counts;
    }

    /** Checkpoints that are in the file. */
    int written() {
        return written;
    }

    /** Writes the checkpoints that are not in the file yet. */
    void writeCheckpoints(Checkpoints lines) throws IOException {
        if (lines.used() == written) {
            return;
        }
        long[] fresh = lines.from(written);
        ByteBuffer bytes = ByteBuffer.allocate(fresh.length * ENTRY).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < fresh.length; i++) {
            bytes.putLong(fresh[i]).putInt(crc(written + i, fresh[i]));
        }
        try (SharedFile file = SharedFile.open(path)) {
            if (file.size() < HEAD) {
                file.write(head(Limit.NONE), 0);
            }
            file.write(bytes.flip(), HEAD + (long) written * ENTRY);
        }
        written += fresh.length;
    }

    /** Writes the head. */
    void writeLimit(Limit limit) throws IOException {
        try (SharedFile file = SharedFile.open(path)) {
            file.write(head(limit), 0);
        }
    }

    private static ByteBuffer head(Limit limit) {
        ByteBuffer head = ByteBuffer.allocate(HEAD).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(MAGIC).putLong(limit.kept()).putLong(limit.limit()).putLong(limit.received());
        head.putInt(crc(head.array(), HEAD - Integer.BYTES));
        return head.flip();
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static int crc(long number, long newlines) {
        ByteBuffer both = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        both.putLong(number).putLong(newlines);
        return crc(both.array(), both.capacity());
    }
}
