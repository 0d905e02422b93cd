package dev.trivet.nix.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Objects;

/** Tells of a tree of files what a reader tells of its archive. Links are told of and not followed. */
public final class TreeVisit {
    private TreeVisit() {}

    /**
     * Visits a file, link or directory and everything in it, entries in the order of their bytes. The offsets of contents are 0.
     *
     * @throws IOException if something cannot be read, or is neither file, directory nor link
     */
    public static void of(Path tree, NarVisitor visitor) throws IOException {
        node(tree, NarPath.ROOT, Objects.requireNonNull(visitor, "visitor is null"));
    }

    private static void node(Path file, NarPath path, NarVisitor visitor) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isRegularFile()) {
            boolean executable = attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
            try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                visitor.file(path, executable, attributes.size(), 0, content);
            }
        } else if (attributes.isDirectory()) {
            visitor.directory(path);
            for (Map.Entry<byte[], Path> entry : NarWriter.entries(file).entrySet()) {
                node(entry.getValue(), path.child(entry.getKey()), visitor);
            }
        } else if (attributes.isSymbolicLink()) {
            visitor.link(path, RawNames.ofTarget(Files.readSymbolicLink(file)));
        } else {
            throw new IOException(file + " is neither a file nor a directory nor a link, so no archive can hold it");
        }
    }
}
