package dev.trivet.nix.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes trees as Nix archives, byte for byte as {@code nix-store --dump} does: entries in the order of their bytes, of the permissions only
 * whether the owner may execute a file, no times and no owners. Links are written and not followed. Memory does not grow with files, only
 * with the number of entries of one directory. For one archive.
 */
public final class NarWriter {
    static final String MAGIC = "nix-archive-1";

    private static final int BUFFER = 1 << 17;
    private static final byte[] ZEROS = new byte[8];

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER];
    private int filled;
    private long size;

    private NarWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes a file, link or directory. The stream is flushed and not closed.
     *
     * @return the archive's size in bytes
     * @throws IOException if something in it cannot be read, is neither file, directory nor link, or changes while it is read
     */
    public static long write(Path tree, OutputStream out) throws IOException {
        var writer = new NarWriter(Objects.requireNonNull(out, "out is null"));
        writer.text(MAGIC);
        writer.tree(tree);
        writer.drain();
        out.flush();
        return writer.size;
    }

    /** Without recursion: a tree may be deeper than the stack of a thread. */
    private void tree(Path root) throws IOException {
        Deque<Iterator<Map.Entry<byte[], Path>>> open = new ArrayDeque<>();
        node(root, open);
        while (!open.isEmpty()) {
            Iterator<Map.Entry<byte[], Path>> entries = open.element();
            if (entries.hasNext()) {
                Map.Entry<byte[], Path> entry = entries.next();
                text("entry");
                text("(");
                text("name");
                bytes(entry.getKey());
                text("node");
                int depth = open.size();
                node(entry.getValue(), open);
                if (open.size() == depth) {
                    text(")");
                }
            } else {
                open.remove();
                text(")");
                if (!open.isEmpty()) {
                    text(")");
                }
            }
        }
    }

    /** Writes a file or link whole, or the beginning of a directory, whose entries are open then. */
    private void node(Path path, Deque<Iterator<Map.Entry<byte[], Path>>> open) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        text("(");
        text("type");
        if (attributes.isRegularFile()) {
            file(path, attributes);
        } else if (attributes.isDirectory()) {
            text("directory");
            open.push(entries(path).entrySet().iterator());
        } else if (attributes.isSymbolicLink()) {
            text("symlink");
            text("target");
            bytes(RawNames.ofTarget(Files.readSymbolicLink(path)));
            text(")");
        } else {
            throw new IOException(path + " is neither a file nor a directory nor a link, so no archive can hold it");
        }
    }

    private void file(Path path, PosixFileAttributes attributes) throws IOException {
        text("regular");
        if (attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE)) {
            text("executable");
            text("");
        }
        text("contents");
        contents(path, attributes.size());
        text(")");
    }

    /** The entries of a directory in their order. */
    static SortedMap<byte[], Path> entries(Path directory) throws IOException {
        SortedMap<byte[], Path> entries = new TreeMap<>(Arrays::compareUnsigned);
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entry -> entries.put(RawNames.ofFile(entry), entry));
        }
        return entries;
    }

    private void contents(Path file, long length) throws IOException {
        number(length);
        long copied = 0;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            while (copied <= length) {
                if (filled == BUFFER) {
                    drain();
                }
                int read = in.read(buffer, filled, BUFFER - filled);
                if (read < 0) {
                    break;
                }
                filled += read;
                copied += read;
            }
        }
        if (copied != length) {
            throw new IOException(file + " changed while it was read: it had " + length + " bytes");
        }
        size += length;
        pad(length);
    }

    private void text(String text) throws IOException {
        bytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void bytes(byte[] bytes) throws IOException {
        number(bytes.length);
        put(bytes, bytes.length);
        pad(bytes.length);
    }

    private void number(long number) throws IOException {
        byte[] bytes = new byte[8];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (number >>> (8 * i));
        }
        put(bytes, 8);
    }

    private void pad(long length) throws IOException {
        put(ZEROS, (int) (-length & 7));
    }

    private void put(byte[] bytes, int length) throws IOException {
        if (length > BUFFER - filled) {
            drain();
        }
        if (length > BUFFER) {
            out.write(bytes, 0, length);
        } else {
            System.arraycopy(bytes, 0, buffer, filled, length);
            filled += length;
        }
        size += length;
    }

    private void drain() throws IOException {
        out.write(buffer, 0, filled);
        filled = 0;
    }
}
