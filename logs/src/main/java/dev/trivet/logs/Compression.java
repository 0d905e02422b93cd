package dev.trivet.logs;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes the compressed form of a log that has ended. */
final class Compression {
    private final int level;

    Compression(int level) {
        this.level = level;
    }

    /** Writes the whole file and brings it onto stable storage. */
    void write(LogSource log, Path target) throws IOException {
        SeekTable table = new SeekTable();
        try (FileChannel channel = FileChannel.open(
                        target,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
                ZstdCompressCtx zstd = new ZstdCompressCtx()) {
            zstd.setLevel(level).setChecksum(true);
            byte[] content = new byte[CompressedLog.FRAME];
            byte[] compressed = new byte[(int) Zstd.compressBound(CompressedLog.FRAME)];
            long size = log.extent().size();
            for (long at = 0; at < size; at += CompressedLog.FRAME) {
                int count = log.read(at, content, 0, content.length);
                int length = zstd.compressByteArray(compressed, 0, compressed.length, content, 0, count);
                write(channel, ByteBuffer.wrap(compressed, 0, length));
                table.add(length, count);
            }
            ByteBuffer summary = summary(log).encode();
            table.add(summary.remaining(), 0);
            write(channel, summary);
            write(channel, table.encode());
            channel.force(true);
        }
    }

    private static LogSummary summary(LogSource log) {
        long[] checkpoints = new long[(int) (log.extent().size() / Checkpoints.STRIDE)];
        for (int i = 0; i < checkpoints.length; i++) {
            checkpoints[i] = log.newlinesBefore(i + 1);
        }
        return new LogSummary(log.extent(), log.limit(), log.received(), checkpoints);
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
