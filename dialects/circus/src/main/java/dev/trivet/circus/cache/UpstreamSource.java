package dev.trivet.circus.cache;

import dev.trivet.http.ByteSource;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;

/** Bytes of another cache, passed on while they come. */
record UpstreamSource(UpstreamClient client, URI uri, long size) implements ByteSource {
    private static final int BUFFER = 64 << 10;

    @Override
    public void writeTo(OutputStream out, long offset, long length) throws IOException {
        try (InputStream in = client.from(uri, offset)) {
            byte[] buffer = new byte[BUFFER];
            long rest = length;
            while (rest > 0) {
                int count = in.read(buffer, 0, (int) Math.min(buffer.length, rest));
                if (count < 0) {
                    throw new EOFException(uri + " ended " + rest + " bytes too early");
                }
                out.write(buffer, 0, count);
                rest -= count;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server stops");
        }
    }
}
