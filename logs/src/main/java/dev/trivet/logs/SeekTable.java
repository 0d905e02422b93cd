package dev.trivet.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Where the frames of a compressed file are: the seek table of zstd's seekable format (contrib/seekable_format in its sources),
 * so any zstd reads the file as a whole and a reader of that format finds any place in it.
 *
 * <pre>
 * u32 0x184D2A5E · u32 length · frames × (u32 compressed, u32 content) · u32 frames · u8 0 · u32 0x8F92EAB1
 * </pre>
 */
final class SeekTable {
    static final int SKIPPABLE_HEAD = 2 * Integer.BYTES;

    private static final int TABLE_MAGIC = 0x184D2A5E;
    private static final int FOOT_MAGIC = 0x8F92EAB1;
    private static final int FOOT = 2 * Integer.BYTES + 1;
    private static final int ENTRY = 2 * Integer.BYTES;

    /** Start of each frame in the file, and in the content; one more element for the end. */
    private long[] fileOffsets = new long[1];

    private long[] contentOffsets = new long[1];
    private int frames;

    /** Adds the next frame. */
    void add(int compressed, int content) {
        if (frames + 1 == fileOffsets.length) {
            fileOffsets = Arrays.copyOf(fileOffsets, Math.max(16, frames * 2));
            contentOffsets = Arrays.copyOf(contentOffsets, fileOffsets.length);
        }
        fileOffsets[frames + 1] = fileOffsets[frames] + compressed;
        contentOffsets[frames + 1] = contentOffsets[frames] + content;
        frames++;
    }

    int frames() {
        return frames;
    }

    long fileOffset(int frame) {
        return fileOffsets[frame];
    }

    int compressedSize(int frame) {
        return (int) (fileOffsets[frame + 1] - fileOffsets[frame]);
    }

    long contentOffset(int frame) {
        return contentOffsets[frame];
    }

    int contentSize(int frame) {
        return (int) (contentOffsets[frame + 1] - contentOffsets[frame]);
    }

    /** The frame that holds the byte at that place of the content. */
    int frameAt(long position) {
        int found = Arrays.binarySearch(contentOffsets, 0, frames + 1, position);
        int frame = found >= 0 ? found : -found - 2;
        // frames without content share their start with the next one
        while (contentSize(frame) == 0) {
            frame++;
        }
        return frame;
    }

    ByteBuffer encode() {
        int length = frames * ENTRY + FOOT;
        ByteBuffer bytes = ByteBuffer.allocate(SKIPPABLE_HEAD + length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(TABLE_MAGIC).putInt(length);
        for (int frame = 0; frame < frames; frame++) {
            bytes.putInt(compressedSize(frame)).putInt(contentSize(frame));
        }
        bytes.putInt(frames).put((byte) 0).putInt(FOOT_MAGIC);
        return bytes.flip();
    }

    /** Reads the table at the end of a file. */
    static SeekTable read(FileChannel channel, Path path) throws IOException {
        long size = channel.size();
        if (size < SKIPPABLE_HEAD + FOOT) {
            throw new LogDamagedException(path, "it has only " + size + " bytes", null);
        }
        ByteBuffer foot = readFully(channel, path, size - FOOT, FOOT);
        int frames = foot.getInt();
        byte descriptor = foot.get();
        long length = SKIPPABLE_HEAD + (long) frames * ENTRY + FOOT;
        if (foot.getInt() != FOOT_MAGIC || descriptor != 0 || frames < 0 || length > size) {
            throw new LogDamagedException(path, "it does not end with a seek table", null);
        }
        ByteBuffer entries = readFully(channel, path, size - length, (int) (length - FOOT));
        if (entries.getInt() != TABLE_MAGIC || entries.getInt() != length - SKIPPABLE_HEAD) {
            throw new LogDamagedException(path, "its seek table does not start where its end says", null);
        }
        SeekTable table = new SeekTable();
        for (int frame = 0; frame < frames; frame++) {
            table.add(entries.getInt(), entries.getInt());
        }
        if (table.fileOffsets[frames] != size - length) {
            throw new LogDamagedException(path, "its seek table does not fit its length", null);
        }
        return table;
    }

    static ByteBuffer readFully(FileChannel channel, Path path, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new LogDamagedException(path, "it ends before byte " + (position + length), null);
            }
        }
        return bytes.flip();
    }
}
