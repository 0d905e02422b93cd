package dev.trivet.blobs.s3;

import dev.trivet.blobs.BlobException;
import dev.trivet.blobs.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/**
 * Sends files: small ones with one request that carries their hash, for the server to check; large ones in parts, each with its own. Nothing
 * of a file that is not sent to its end is kept. Thread-safe; memory does not grow with the file.
 */
final class S3Upload {
    private static final Logger log = LoggerFactory.getLogger(S3Upload.class);
    private static final String TYPE = "application/octet-stream";
    /** S3 takes no more parts of one object than 10,000. */
    private static final int MOST_PARTS = 9_000;

    private static final int BUFFER = 1 << 16;
    private static final int MOST_LISTED = 1000;

    private final Bucket bucket;
    private final long partBytes;

    /** @param partBytes from this size on a file is sent in parts of it, or larger ones where there would be too many; 5 MiB or more */
    S3Upload(Bucket bucket, long partBytes) {
        this.bucket = bucket;
        this.partBytes = partBytes;
    }

    /** Whether a blob is sent in parts, which takes its time. */
    boolean isLarge(BlobRef ref) {
        return ref.size() > partBytes;
    }

    void send(Path file, BlobRef ref, String key) throws IOException {
        if (isLarge(ref)) {
            sendParts(file, ref, key);
            return;
        }
        String hash = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(ref.sha256()));
        bucket.with(
                "storing " + key,
                client -> client.putObject(
                        request -> request.bucket(bucket.name())
                                .key(bucket.key(key))
                                .contentType(TYPE)
                                .checksumSHA256(hash),
                        RequestBody.fromContentProvider(() -> open(file, 0, ref.size()), ref.size(), TYPE)));
    }

    private void sendParts(Path file, BlobRef ref, String key) throws IOException {
        String upload = bucket.with(
                "storing " + key,
                client -> client.createMultipartUpload(request -> request.bucket(bucket.name())
                                .key(bucket.key(key))
                                .contentType(TYPE))
                        .uploadId());
        boolean complete = false;
        try {
            List<CompletedPart> parts = new ArrayList<>();
            long size = Math.max(partBytes, Math.ceilDiv(ref.size(), MOST_PARTS));
            for (long from = 0; from < ref.size(); from += size) {
                parts.add(sendPart(file, from, Math.min(size, ref.size() - from), key, upload, parts.size() + 1));
            }
            bucket.with(
                    "storing " + key,
                    client -> client.completeMultipartUpload(request -> request.bucket(bucket.name())
                            .key(bucket.key(key))
                            .uploadId(upload)
                            .multipartUpload(whole -> whole.parts(parts))));
            complete = true;
        } finally {
            if (!complete) {
                abort(bucket.key(key), upload);
            }
        }
    }

    private CompletedPart sendPart(Path file, long from, long length, String key, String upload, int number)
            throws IOException {
        String md5 = md5(file, from, length);
        String tag = bucket.with(
                "storing part " + number + " of " + key,
                client -> client.uploadPart(
                                request -> request.bucket(bucket.name())
                                        .key(bucket.key(key))
                                        .uploadId(upload)
                                        .partNumber(number)
                                        .contentMD5(md5),
                                RequestBody.fromContentProvider(() -> open(file, from, length), length, TYPE))
                        .eTag());
        return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    private void abort(String wholeKey, String upload) {
        try {
            bucket.with(
                    "giving up " + wholeKey,
                    client -> client.abortMultipartUpload(request ->
                            request.bucket(bucket.name()).key(wholeKey).uploadId(upload)));
        } catch (BlobException failed) {
            log.warn("a part of an upload is left behind until it is tidied up: {}", failed.getMessage());
        }
    }

    /** Gives up what servers that died were sending. */
    void tidy(Instant before) throws BlobException {
        ListMultipartUploadsResponse uploads = bucket.with(
                "listing uploads",
                client -> client.listMultipartUploads(request -> request.bucket(bucket.name())
                        .prefix(bucket.key(S3BlobStore.BLOBS))
                        .maxUploads(MOST_LISTED)));
        for (MultipartUpload upload : uploads.uploads()) {
            if (upload.initiated() != null && upload.initiated().isBefore(before)) {
                abort(upload.key(), upload.uploadId());
            }
        }
    }

    private static InputStream open(Path file, long from, long length) {
        try {
            return new Part(FileChannel.open(file, StandardOpenOption.READ).position(from), length);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What S3 compares the part with; it is a checksum on the way, not what names the blob. */
    private static String md5(Path file, long from, long length) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has MD5", impossible);
        }
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = open(file, from, length)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return Base64.getEncoder().encodeToString(digest.digest());
    }

    /** A part of a file. */
    private static final class Part extends InputStream {
        private final InputStream file;
        private long left;

        Part(FileChannel channel, long length) {
            this.file = Channels.newInputStream(channel);
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left <= 0) {
                return -1;
            }
            int count = file.read(bytes, offset, (int) Math.min(length, left));
            left -= Math.max(count, 0);
            return count;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
