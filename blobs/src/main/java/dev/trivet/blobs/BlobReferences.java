package dev.trivet.blobs;

import java.io.IOException;
import java.util.Set;

/** Knows which blobs are still needed; asked in batches, so that a database answers with one statement each. */
@FunctionalInterface
public interface BlobReferences {
    /**
     * Those of the given hashes that something references now. A hash left out may be deleted, so in doubt (the database does
     * not answer) throw: the collection then stops and deletes nothing more.
     */
    Set<String> referencedAmong(Set<String> sha256s) throws IOException;
}
