package dev.trivet.blobs.s3;

import dev.trivet.blobs.BlobCorruptException;
import dev.trivet.blobs.BlobNotFoundException;
import dev.trivet.blobs.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A part of a blob. Where the connection breaks it is read on from there with another one. Not thread-safe. */
final class S3InputStream extends InputStream {
    /** Connections in a row that bring nothing. */
    private static final int MOST_FAILURES = 5;

    private static final long SKIPPED_BY_READING = 1 << 16;
    private static final int NOT_FOUND = 404;
    private static final int NO_SUCH_RANGE = 416;

    private final Bucket bucket;
    private final String key;
    private final BlobRef ref;
    private final long end;
    private long position;
    private int failures;
    private @Nullable ResponseInputStream<GetObjectResponse> connection;

    /** @param length more than 0; the first connection is made here */
    S3InputStream(Bucket bucket, String key, BlobRef ref, long from, long length) throws IOException {
        this.bucket = bucket;
        this.key = key;
        this.ref = ref;
        this.position = from;
        this.end = from + length;
        this.connection = connect();
    }

    private ResponseInputStream<GetObjectResponse> connect() throws IOException {
        ResponseInputStream<GetObjectResponse> made;
        try {
            made = bucket.read(key, position, end - 1);
        } catch (S3Exception answered) {
            switch (answered.statusCode()) {
                case NOT_FOUND -> throw new BlobNotFoundException(ref);
                case NO_SUCH_RANGE -> throw new BlobCorruptException(ref, "its object ends before byte " + position);
                default -> throw bucket.explained("reading " + key, answered);
            }
        } catch (SdkException failed) {
            throw bucket.explained("reading " + key, failed);
        }
        long size = size(made.response());
        if (size != ref.size()) {
            made.abort();
            throw new BlobCorruptException(ref, "its object has " + size + " bytes");
        }
        return made;
    }

    /** The size of the whole object; -1 if the answer is not of the range that was asked for. */
    private long size(GetObjectResponse response) {
        String range = response.contentRange();
        if (range == null) {
            return position == 0 && end == response.contentLength() ? response.contentLength() : -1;
        }
        String expected = "bytes " + position + "-";
        int slash = range.lastIndexOf('/');
        try {
            return range.startsWith(expected) && slash > 0
                    ? Long.parseLong(range.substring(slash + 1).strip())
                    : -1;
        } catch (NumberFormatException unknown) {
            return -1;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position < end) {
            int count = readNow(buffer, offset, (int) Math.min(length, end - position));
            if (count > 0) {
                position += count;
                failures = 0;
                return count;
            }
        }
        return -1;
    }

    /** 0 if the connection broke and may be made again. */
    private int readNow(byte[] buffer, int offset, int length) throws IOException {
        ResponseInputStream<GetObjectResponse> in = connection;
        if (in == null) {
            in = connect();
            connection = in;
        }
        try {
            int count = in.read(buffer, offset, length);
            if (count > 0) {
                return count;
            }
            throw new IOException("the connection ended at byte " + position + " of " + end);
        } catch (IOException | SdkException broken) {
            drop();
            failures++;
            if (failures >= MOST_FAILURES) {
                throw new IOException(
                        "reading " + key + " in " + bucket + " broke " + failures + " times at byte " + position,
                        broken);
            }
            return 0;
        }
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = Math.clamp(count, 0, end - position);
        if (skipped > SKIPPED_BY_READING) {
            drop();
            position += skipped;
            return skipped;
        }
        byte[] sink = new byte[(int) skipped];
        return Math.max(0, readNBytes(sink, 0, sink.length));
    }

    @Override
    public int available() {
        return (int) Math.min(end - position, Integer.MAX_VALUE);
    }

    /** The rest is not wanted: the connection is cut, not read to its end. */
    private void drop() {
        ResponseInputStream<GetObjectResponse> in = connection;
        connection = null;
        if (in != null) {
            in.abort();
        }
    }

    @Override
    public void close() throws IOException {
        ResponseInputStream<GetObjectResponse> in = connection;
        if (in != null && position >= end) {
            connection = null;
            in.close();
        } else {
            drop();
        }
        position = end;
    }
}
