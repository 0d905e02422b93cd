package dev.trivet.logs;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A closed log as it is kept: independent zstd frames of {@link #FRAME} bytes of content, then the {@link LogSummary}, then the
 * {@link SeekTable}. Reading anywhere decompresses one frame, which is kept for the next read.
 */
final class CompressedLog implements LogSource {
    /** Content of a frame: large enough to compress nearly as well as a whole, small enough to open in well under 1 ms. */
    static final int FRAME = 256 * 1024;

    private final Path path;
    private final FileChannel channel;
    private final SeekTable table;
    private final LogSummary summary;
    private byte[] frame = new byte[0];
    private int frameNumber = -1;

    private CompressedLog(Path path, FileChannel channel, SeekTable table, LogSummary summary) {
        this.path = path;
        this.channel = channel;
        this.table = table;
        this.summary = summary;
    }

    /**
     * Opens a compressed log.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws LogDamagedException if it is broken
     */
    static CompressedLog open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        boolean opened = false;
        try {
            SeekTable table = SeekTable.read(channel, path);
            LogSummary summary = readSummary(channel, table, path);
            opened = true;
            return new CompressedLog(path, channel, table, summary);
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    private static LogSummary readSummary(FileChannel channel, SeekTable table, Path path) throws IOException {
        int last = table.frames() - 1;
        if (last < 0) {
            throw new LogDamagedException(path, "it has no summary frame", null);
        }
        LogSummary summary = LogSummary.decode(
                SeekTable.readFully(channel, path, table.fileOffset(last), table.compressedSize(last)), path);
        if (summary.extent().size() != table.contentOffset(last)) {
            throw new LogDamagedException(path, "its summary and its seek table name different sizes", null);
        }
        return summary;
    }

    @Override
    public Extent extent() {
        return summary.extent();
    }

    @Override
    public long received() {
        return summary.received();
    }

    @Override
    public long durable() {
        return summary.received();
    }

    @Override
    public Limit limit() {
        return summary.limit();
    }

    @Override
    public boolean ended() {
        return true;
    }

    @Override
    public long newlinesBefore(int block) {
        return block == 0 ? 0 : summary.checkpoints()[block - 1];
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) throws IOException {
        int wanted = (int) Math.clamp(extent().size() - position, 0, (long) length);
        int done = 0;
        while (done < wanted) {
            load(table.frameAt(position + done));
            int inFrame = (int) (position + done - table.contentOffset(frameNumber));
            int part = Math.min(wanted - done, frame.length - inFrame);
            System.arraycopy(frame, inFrame, target, offset + done, part);
            done += part;
        }
        return wanted;
    }

    private void load(int number) throws IOException {
        if (number == frameNumber) {
            return;
        }
        byte[] compressed = SeekTable.readFully(channel, path, table.fileOffset(number), table.compressedSize(number))
                .array();
        int size = table.contentSize(number);
        byte[] content = frame.length == size ? frame : new byte[size];
        frameNumber = -1;
        try {
            long count = Zstd.decompressByteArray(content, 0, size, compressed, 0, compressed.length);
            if (count != size) {
                throw new LogDamagedException(path, "frame " + number + " has " + count + " bytes", null);
            }
        } catch (ZstdException broken) {
            throw new LogDamagedException(path, "frame " + number + " cannot be decompressed", broken);
        }
        frame = content;
        frameNumber = number;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
