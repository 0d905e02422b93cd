package dev.trivet.nix.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;

/**
 * Size and SHA-256 of an archive, as store paths and narinfo files name them.
 *
 * @param size in bytes
 */
public record NarDigest(NixHash hash, long size) {
    public NarDigest {
        Objects.requireNonNull(hash, "hash is null");
    }

    /** Of the archive of a tree. */
    public static NarDigest of(Path tree) throws IOException {
        var digesting = new Digesting(OutputStream.nullOutputStream());
        NarWriter.write(tree, digesting);
        return digesting.digest();
    }

    /** Passes bytes on and knows their digest. Not thread-safe. */
    public static final class Digesting extends OutputStream {
        private final OutputStream target;
        private final MessageDigest sha256 = sha256();
        private long size;

        public Digesting(OutputStream target) {
            this.target = Objects.requireNonNull(target, "target is null");
        }

        @Override
        public void write(int value) throws IOException {
            target.write(value);
            sha256.update((byte) value);
            size++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            target.write(bytes, from, length);
            sha256.update(bytes, from, length);
            size += length;
        }

        @Override
        public void flush() throws IOException {
            target.flush();
        }

        @Override
        public void close() throws IOException {
            target.close();
        }

        /** Of what came until now; to be asked once, at the end. */
        public NarDigest digest() {
            return new NarDigest(NixHash.ofSha256(sha256.digest()), size);
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this Java has no SHA-256", e);
            }
        }
    }
}
