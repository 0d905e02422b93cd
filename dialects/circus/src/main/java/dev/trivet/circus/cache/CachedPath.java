package dev.trivet.circus.cache;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of a path that the cache has: a row of {@code narinfo_cache}.
 *
 * @param narHash of the archive before it was compressed, as {@code sha256:<Nix base32>}
 * @param narSize the same in bytes
 * @param fileHash of the archive as it is sent, in the same form
 * @param fileSize the same in bytes
 * @param compression as narinfos name it
 * @param url of the archive, relative to the cache
 * @param blob that holds it: SHA-256 in hexadecimal
 * @param deriver its last name
 * @param references their last names, sorted
 * @param signatures each as {@code key:base64}
 * @param contentAddress if the path is made of its content
 */
record CachedPath(
        String storePath,
        String narHash,
        long narSize,
        String fileHash,
        long fileSize,
        String compression,
        String url,
        String blob,
        Optional<String> deriver,
        List<String> references,
        List<String> signatures,
        Optional<String> contentAddress,
        Instant createdAt) {
    private static final int HASH = 32;

    CachedPath {
        Objects.requireNonNull(storePath, "storePath is null");
        Objects.requireNonNull(narHash, "narHash is null");
        Objects.requireNonNull(fileHash, "fileHash is null");
        Objects.requireNonNull(compression, "compression is null");
        Objects.requireNonNull(url, "url is null");
        Objects.requireNonNull(blob, "blob is null");
        Objects.requireNonNull(deriver, "deriver is null");
        references = List.copyOf(references);
        signatures = List.copyOf(signatures);
        Objects.requireNonNull(contentAddress, "contentAddress is null");
        Objects.requireNonNull(createdAt, "createdAt is null");
    }

    /** The first part of its last name. */
    String hash() {
        return hash(storePath);
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
