package dev.trivet.blobs;

import java.nio.file.Path;

/** The device has no room (or the quota is used up). Nothing of the content is kept, nothing stored before is touched. */
public final class BlobStorageFullException extends BlobException {
    public BlobStorageFullException(Path directory, Throwable cause) {
        super("no space left for blobs in " + directory + ": free some space or move the data directory", cause);
    }

    /** @param where names the place and what makes room there */
    public BlobStorageFullException(String where, Throwable cause) {
        super("no space left for blobs in " + where, cause);
    }
}
