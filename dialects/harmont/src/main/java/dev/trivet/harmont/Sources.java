package dev.trivet.harmont;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import dev.trivet.blobs.tar.SourceArchive;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes source archives in: they are read to their end before anything of a build is written (spec section 2.7). Thread-safe. */
final class Sources {
    private final BlobStore blobs;
    private final SourceFetch fetch;

    Sources(BlobStore blobs, SourceFetch fetch) {
        this.blobs = Objects.requireNonNull(blobs, "blobs is null");
        this.fetch = Objects.requireNonNull(fetch, "fetch is null");
    }

    /** The archive that came with the request, or that it says where to fetch; null if it has none. */
    @Nullable
    BlobRef of(BuildForm form) throws IOException, InterruptedException {
        if (form.archive().isPresent()) {
            return take(form.archive().get());
        }
        return form.archiveUrl().isPresent()
                ? take(fetch.fetch(form.archiveUrl().get(), form.archiveSha256()), "source_url")
                : null;
    }

    /**
     * Stores an archive that was sent in base64.
     *
     * @throws dev.trivet.http.HttpException 422 {@code build_invalid} if it is no base64, no archive, too large or unsafe
     */
    private BlobRef take(String base64) throws IOException {
        byte[] archive;
        try {
            archive = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException malformed) {
            throw HarmontErrors.of(
                    ErrorCode.BUILD_INVALID,
                    "source_b64 is invalid: expected base64 with padding and without spaces (" + malformed.getMessage()
                            + ")");
        }
        return take(archive, "source_b64");
    }

    private BlobRef take(byte[] archive, String member) throws IOException {
        try {
            SourceArchive.check(new ByteArrayInputStream(archive), SourceArchive.Bounds.USUAL);
        } catch (IOException unsafe) {
            throw HarmontErrors.of(
                    ErrorCode.BUILD_INVALID,
                    member + " is invalid: expected a .tar.gz of the working tree, but " + unsafe.getMessage());
        }
        return blobs.put(new ByteArrayInputStream(archive), archive.length);
    }
}
