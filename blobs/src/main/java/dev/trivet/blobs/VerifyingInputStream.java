package dev.trivet.blobs;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Passes bytes on and compares their hash with the expected one before it admits the end of the stream. */
public final class VerifyingInputStream extends FilterInputStream {
    private final BlobRef expected;
    private final MessageDigest digest = Sha256.start();
    private boolean verified;

    /** @param in is closed with this one */
    public VerifyingInputStream(InputStream in, BlobRef expected) {
        super(in);
        this.expected = expected;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (count > 0) {
            digest.update(buffer, offset, count);
        } else if (count < 0 && !verified) {
            verify();
        }
        return count;
    }

    private void verify() throws BlobCorruptException {
        String seen = HexFormat.of().formatHex(digest.digest());
        if (!seen.equals(expected.sha256())) {
            throw new BlobCorruptException(expected, "its bytes hash to " + seen);
        }
        verified = true;
    }

    /** Skipped bytes are hashed too. */
    @Override
    public long skip(long count) throws IOException {
        byte[] sink = new byte[Math.clamp(count, 1, 8192)];
        long skipped = 0;
        while (skipped < count) {
            int read = read(sink, 0, (int) Math.min(sink.length, count - skipped));
            if (read < 0) {
                break;
            }
            skipped += read;
        }
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
