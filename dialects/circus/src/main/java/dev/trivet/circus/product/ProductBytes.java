package dev.trivet.circus.product;

import dev.trivet.nix.archive.StorePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Where archives of store paths are that the store of this machine does not have, or not any more. Thread-safe. */
public interface ProductBytes {
    /** Nowhere. */
    ProductBytes NONE = path -> Optional.empty();

    /**
     * The archive of a store path, not compressed.
     *
     * @return to be closed by the caller; empty if the path is not there
     */
    Optional<InputStream> archive(StorePath path) throws IOException;
}
