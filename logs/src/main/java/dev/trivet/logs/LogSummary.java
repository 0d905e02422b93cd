package dev.trivet.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * What a compressed log knows of itself: a skippable zstd frame behind the content, so that one file is the whole log and can be
 * moved anywhere. All numbers are little-endian.
 *
 * <pre>
 * u32 0x184D2A50 · u32 length · u64 magic · size, newlines, mid-line, kept, limit, received: i64 each
 * · u32 number of checkpoints · checkpoints × i64 · u32 crc32c of all before in the frame
 * </pre>
 *
 * @param extent size and lines
 * @param limit the limit that was reached, or {@link Limit#NONE}
 * @param received bytes of the writer that were accepted
 * @param checkpoints line ends before each multiple of {@link Checkpoints#STRIDE}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record LogSummary(Extent extent, Limit limit, long received, long[] checkpoints) {
    private static final int SKIPPABLE_MAGIC = 0x184D2A50;
    private static final long MAGIC = 0x31_47_4f_4c_54_56_52_54L; // "TRVTLOG1"
    private static final int FIXED = SeekTable.SKIPPABLE_HEAD + 7 * Long.BYTES + Integer.BYTES;

    ByteBuffer encode() {
        int length = FIXED + checkpoints.length * Long.BYTES + Integer.BYTES;
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(SKIPPABLE_MAGIC).putInt(length - SeekTable.SKIPPABLE_HEAD).putLong(MAGIC);
        bytes.putLong(extent.size()).putLong(extent.newlines()).putLong(extent.midLine() ? 1 : 0);
        bytes.putLong(limit.kept()).putLong(limit.limit()).putLong(received);
        bytes.putInt(checkpoints.length);
        for (long checkpoint : checkpoints) {
            bytes.putLong(checkpoint);
        }
        return bytes.putInt(crc(bytes)).flip();
    }

    static LogSummary decode(ByteBuffer bytes, Path path) throws IOException {
        int length = bytes.limit();
        if (length < FIXED + Integer.BYTES
                || bytes.getInt(0) != SKIPPABLE_MAGIC
                || bytes.getLong(SeekTable.SKIPPABLE_HEAD) != MAGIC
                || bytes.getInt(length - Integer.BYTES) != crc(bytes.position(length - Integer.BYTES))) {
            throw new LogDamagedException(path, "its summary frame is broken", null);
        }
        bytes.position(SeekTable.SKIPPABLE_HEAD + Long.BYTES);
        Extent extent = new Extent(bytes.getLong(), bytes.getLong(), bytes.getLong() != 0);
        long kept = bytes.getLong();
        long limit = bytes.getLong();
        long received = bytes.getLong();
        long[] checkpoints = new long[bytes.getInt()];
        for (int i = 0; i < checkpoints.length; i++) {
            checkpoints[i] = bytes.getLong();
        }
        return new LogSummary(extent, new Limit(kept, limit, received), received, checkpoints);
    }

    /** Over everything before the position. */
    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().flip());
        return (int) crc.getValue();
    }
}
