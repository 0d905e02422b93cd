package dev.trivet.nix.archive;

import java.io.IOException;
import java.io.InputStream;

/** Is told what is in an archive, in its order: a directory before its entries. */
public interface NarVisitor {
    /** A directory begins. */
    void directory(NarPath path) throws IOException;

    /**
     * A file.
     *
     * @param size of its content in bytes
     * @param content ends with the file; what is not read is skipped; not to be kept
     * @param offset of the content in the archive, in bytes
     */
    void file(NarPath path, boolean executable, long size, long offset, InputStream content) throws IOException;

    /**
     * A symbolic link.
     *
     * @param target its bytes, not empty and without NUL
     */
    void link(NarPath path, byte[] target) throws IOException;
}
