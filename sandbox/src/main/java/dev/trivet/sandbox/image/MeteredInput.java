package dev.trivet.sandbox.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that gives no more bytes than were allowed for the part that is being read: a header may not fill the memory. */
final class MeteredInput extends FilterInputStream {
    private long allowance;

    MeteredInput(InputStream in) {
        super(in);
    }

    /** Starts a part of at most so many bytes. */
    void allow(long bytes) {
        allowance = bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length > 0 && allowance <= 0) {
            throw new IOException("the archive has a header of more than a megabyte: it is damaged or hostile");
        }
        int count = in.read(buffer, offset, (int) Math.min(length, Math.max(allowance, 0)));
        allowance -= Math.max(count, 0);
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = in.skip(Math.min(count, Math.max(allowance, 0)));
        allowance -= skipped;
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
