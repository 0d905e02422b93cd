package dev.trivet.logs;

/**
 * A part of a log.
 *
 * @param offset position of its first byte
 * @param bytes the bytes; the array belongs to the caller
 * @param size readable bytes of the log at that instant
 * @param ended nothing more will come after {@code size}
 */
@SuppressWarnings("ArrayRecordComponent") // a buffer that is handed over, never compared
public record LogSlice(long offset, byte[] bytes, long size, boolean ended) {
    /** Where the next slice starts. */
    public long end() {
        return offset + bytes.length;
    }
}
