package dev.trivet.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A file as it is on disk. */
record FileSource(Path path) implements ByteSource {

    @Override
    public long size() throws IOException {
        return Files.size(path);
    }

    @Override
    public void writeTo(OutputStream out, long offset, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            WritableByteChannel sink = Channels.newChannel(out);
            long sent = 0;
            while (sent < length) {
                long more = channel.transferTo(offset + sent, length - sent, sink);
                if (more == 0) {
                    throw new EOFException(path + " ended at " + (offset + sent) + " while it was sent");
                }
                sent += more;
            }
        }
    }

    @Override
    public Optional<Path> file() {
        return Optional.of(path);
    }
}
