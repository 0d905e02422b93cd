package dev.trivet.circus.cache;

import dev.trivet.nix.archive.NarInfo;
import java.time.Instant;
import java.util.Objects;

/**
 * What is known of a path that the cache has: a row of {@code narinfo_cache}.
 *
 * @param info with the hash and size of the archive's file
 * @param blob that holds this file: SHA-256 in hexadecimal
 * @param createdAt when it was published
 */
record CachedPath(NarInfo info, String blob, Instant createdAt) {
    private static final int HASH = 32;

    CachedPath {
        Objects.requireNonNull(info, "info is null");
        Objects.requireNonNull(blob, "blob is null");
        Objects.requireNonNull(createdAt, "createdAt is null");
    }

    /** The first part of its last name. */
    String hash() {
        return info.path().hash();
    }

    /** The first part of a path's last name. */
    static String hash(String storePath) {
        return base(storePath).substring(0, HASH);
    }

    /** A path's last name. */
    static String base(String storePath) {
        return storePath.substring(storePath.lastIndexOf('/') + 1);
    }
}
