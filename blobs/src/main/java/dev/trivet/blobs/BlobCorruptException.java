package dev.trivet.blobs;

/** The stored bytes are not those that the name promises: the disk or somebody outside of Trivet changed them. */
public final class BlobCorruptException extends BlobException {
    public BlobCorruptException(BlobRef ref, String seen) {
        super("blob " + ref.sha256() + " of " + ref.size() + " bytes is damaged: " + seen
                + "; restore it from a backup or store the content again");
    }
}
