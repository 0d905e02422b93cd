package dev.trivet.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A log in memory that a test lets grow. */
final class GrowingLog implements ByteSource {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    synchronized void append(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public synchronized long size() {
        return bytes.size();
    }

    @Override
    public void writeTo(OutputStream out, long offset, long length) throws IOException {
        byte[] now;
        synchronized (this) {
            now = bytes.toByteArray();
        }
        out.write(now, (int) offset, (int) length);
    }
}
