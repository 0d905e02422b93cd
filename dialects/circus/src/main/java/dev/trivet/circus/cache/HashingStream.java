package dev.trivet.circus.cache;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Passes bytes on, and knows their SHA-256 and their number. For one thread; closing it does nothing. */
final class HashingStream extends FilterOutputStream {
    private final MessageDigest digest;
    private long size;

    HashingStream(OutputStream out) {
        super(out);
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** What was written. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    record Result(byte[] sha256, long size) {}

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        digest.update(bytes, offset, length);
        size += length;
    }

    /** Once, at the end. */
    Result result() {
        return new Result(digest.digest(), size);
    }

    @Override
    public void close() {
        // The stream behind is the caller's.
    }
}
