package dev.trivet.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file as it is on disk. */
record FileSource(Path file) implements ByteSource {

    @Override
    public long size() throws IOException {
        return Files.size(file);
    }

    @Override
    public void writeTo(OutputStream out, long offset, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(Math.clamp(length, 1, 64 << 10));
            long position = offset;
            long end = offset + length;
            while (position < end) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), end - position));
                int n = channel.read(buffer, position);
                if (n < 0) {
                    throw new EOFException(file + " ended at " + position + " while it was sent");
                }
                out.write(buffer.array(), 0, n);
                position += n;
            }
        }
    }
}
