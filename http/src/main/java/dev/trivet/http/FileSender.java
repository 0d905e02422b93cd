package dev.trivet.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Response;

/**
 * Sends a part of a file through a buffer outside of the heap, which the system fills and empties: no byte is copied by us. A file that is
 * deleted meanwhile is sent to its end.
 */
final class FileSender {
    /** Small enough to stay in a processor's cache between being read and being sent. */
    private static final int BUFFER = 256 << 10;

    private FileSender() {}

    /** Sends {@code length} bytes, at least one, from {@code offset} on as the rest of the answer; returns when they are sent. */
    static void send(Path file, long offset, long length, Response response) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            RetainableByteBuffer pooled = response.getRequest()
                    .getComponents()
                    .getByteBufferPool()
                    .acquire((int) Math.min(BUFFER, length), true);
            try {
                ByteBuffer buffer = pooled.getByteBuffer();
                long position = offset;
                long end = offset + length;
                while (position < end) {
                    buffer.clear().limit((int) Math.min(buffer.capacity(), end - position));
                    fill(channel, buffer, position, file);
                    position += buffer.position();
                    buffer.flip();
                    Content.Sink.write(response, position == end, buffer);
                }
            } finally {
                pooled.release();
            }
        }
    }

    private static void fill(FileChannel channel, ByteBuffer buffer, long from, Path file) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new EOFException(file + " ended at " + (from + buffer.position()) + " while it was sent");
            }
        }
    }
}
