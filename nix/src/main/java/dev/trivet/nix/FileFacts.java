package dev.trivet.nix;

import dev.trivet.nix.archive.NixHash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;

/**
 * A file as who downloads it sees it.
 *
 * @param size in bytes
 * @param sha256 of its content, as {@code sha256-} and base 64
 */
public record FileFacts(long size, String sha256) {
    private static final int BUFFER = 1 << 17;

    public FileFacts {
        Objects.requireNonNull(sha256, "sha256 is null");
    }

    /** Reads a file; a link is not followed. */
    static FileFacts of(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
        long size = 0;
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                size += read;
            }
        }
        return new FileFacts(size, NixHash.ofSha256(digest.digest()).sri());
    }
}
