package dev.trivet.blobs;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/** One content on its way in: a file of its own until it is renamed into place. Closing removes what was not. */
public final class Upload implements Closeable {
    private static final int BUFFER = 64 * 1024;

    private final Path file;
    private final UploadDirectory directory;
    private final FileChannel channel;

    Upload(Path file, UploadDirectory directory) throws IOException {
        this.file = file;
        this.directory = directory;
        this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
    }

    /** Where the bytes are. */
    public Path file() {
        return file;
    }

    /**
     * Copies the stream into the file.
     *
     * @throws BlobTooLargeException if it is longer; at most one buffer beyond the bound was read
     * @throws BlobStorageFullException if the device is full
     */
    public BlobRef receive(InputStream content, long maxBytes) throws IOException {
        MessageDigest digest = Sha256.start();
        byte[] buffer = new byte[BUFFER];
        long size = 0;
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
            size += count;
            if (size > maxBytes) {
                throw new BlobTooLargeException(maxBytes);
            }
            digest.update(buffer, 0, count);
            write(buffer, count);
        }
        return new BlobRef(HexFormat.of().formatHex(digest.digest()), size);
    }

    /** A trouble of the disk is told apart from one of the stream that is read, which the caller gets as it is. */
    private void write(byte[] buffer, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException failure) {
            throw directory.explained(failure);
        }
    }

    /** Brings the bytes onto stable storage. */
    void finish() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }
}
