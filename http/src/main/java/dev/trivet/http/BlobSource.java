package dev.trivet.http;

import dev.trivet.blobs.BlobNotFoundException;
import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/** A blob as the bytes of an answer. */
public record BlobSource(BlobStore blobs, BlobRef ref) implements ByteSource {
    @Override
    public long size() {
        return ref.size();
    }

    @Override
    public void writeTo(OutputStream out, long offset, long length) throws IOException {
        try (InputStream in = blobs.openRange(ref, offset, length)) {
            in.transferTo(out);
        } catch (BlobNotFoundException e) {
            throw new IOException("blob " + ref.sha256() + " was deleted while it was sent", e);
        }
    }

    @Override
    public Optional<Path> file() throws IOException {
        return blobs.path(ref);
    }
}
