package dev.trivet.blobs;

/** No blob of that name is stored: it never was, or it was deleted or collected. */
public final class BlobNotFoundException extends BlobException {
    public BlobNotFoundException(BlobRef ref) {
        super("no blob " + ref.sha256() + " is stored");
    }
}
