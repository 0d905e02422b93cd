package dev.trivet.blobs;

/** The content was longer than the caller allowed. Nothing of it is kept. */
public final class BlobTooLargeException extends BlobException {
    private final long maxBytes;

    public BlobTooLargeException(long maxBytes) {
        super("content is larger than the " + maxBytes + " bytes allowed; nothing was stored");
        this.maxBytes = maxBytes;
    }

    /** The bound that was exceeded. */
    public long maxBytes() {
        return maxBytes;
    }
}
