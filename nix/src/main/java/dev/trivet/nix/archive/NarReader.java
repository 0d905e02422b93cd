package dev.trivet.nix.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads Nix archives from strangers: whatever comes, it ends with the whole archive read, or with a {@link NarFormatException}. Accepts exactly
 * what Nix accepts of a well-formed archive: names in ascending order of their bytes (so none twice), padding of zeros, nothing after the end.
 * Memory does not grow with the archive. For one archive.
 */
public final class NarReader {
    private static final int LONGEST_WORD = 16;

    private final InputStream in;
    private final NarVisitor visitor;
    private final NarLimits limits;
    private final byte[] eight = new byte[8];
    private long offset;
    private long entries;

    private NarReader(InputStream in, NarVisitor visitor, NarLimits limits) {
        this.in = Objects.requireNonNull(in, "in is null");
        this.visitor = Objects.requireNonNull(visitor, "visitor is null");
        this.limits = Objects.requireNonNull(limits, "limits is null");
    }

    /**
     * Reads an archive to its end and the stream with it; it is not closed.
     *
     * @return the archive's size in bytes
     * @throws NarFormatException if it is no archive, truncated, followed by something, or beyond the limits
     * @throws IOException of the stream or the visitor
     */
    public static long read(InputStream in, NarVisitor visitor, NarLimits limits) throws IOException {
        var reader = new NarReader(in, visitor, limits);
        reader.expect(NarWriter.MAGIC);
        reader.tree();
        if (in.read() >= 0) {
            throw reader.wrong("something follows after its end");
        }
        return reader.offset;
    }

    /** A directory whose entries are being read. */
    private static final class Open {
        private final NarPath path;
        private byte @Nullable [] last;

        Open(NarPath path) {
            this.path = path;
        }
    }

    /** Without recursion: an archive may be deeper than the stack of a thread. */
    private void tree() throws IOException {
        Deque<Open> open = new ArrayDeque<>();
        node(NarPath.ROOT, open);
        while (!open.isEmpty()) {
            Open directory = open.element();
            String word = word();
            if (word.equals(")")) {
                open.remove();
                if (!open.isEmpty()) {
                    expect(")");
                }
            } else if (word.equals("entry")) {
                int depth = open.size();
                node(entry(directory), open);
                if (open.size() == depth) {
                    expect(")");
                }
            } else {
                throw wrong("a directory has entries, here is '" + word + "'");
            }
        }
    }

    /** Reads a file or link whole, or the beginning of a directory, which is open then. */
    private void node(NarPath path, Deque<Open> open) throws IOException {
        entries++;
        if (entries > limits.entries()) {
            throw wrong("it has more than " + limits.entries() + " entries");
        }
        expect("(");
        expect("type");
        String type = word();
        switch (type) {
            case "regular" -> file(path);
            case "symlink" -> link(path);
            case "directory" -> {
                if (open.size() >= limits.depth()) {
                    throw wrong("more than " + limits.depth() + " directories are in one another");
                }
                visitor.directory(path);
                open.push(new Open(path));
            }
            default -> throw wrong("a type is regular, directory or symlink, not '" + type + "'");
        }
    }

    private NarPath entry(Open directory) throws IOException {
        expect("(");
        expect("name");
        byte[] name = name();
        byte[] last = directory.last;
        if (last != null && Arrays.compareUnsigned(last, name) >= 0) {
            throw wrong("the entry '" + RawNames.shown(name) + "' comes after '" + RawNames.shown(last)
                    + "', but names ascend");
        }
        directory.last = name;
        expect("node");
        return directory.path.child(name);
    }

    private void file(NarPath path) throws IOException {
        String word = word();
        boolean executable = word.equals("executable");
        if (executable) {
            expect("");
            word = word();
        }
        if (word.equals(")") && !executable) {
            visitor.file(path, false, 0, offset, InputStream.nullInputStream());
            return;
        }
        if (!word.equals("contents")) {
            throw wrong("a file has contents, here is '" + word + "'");
        }
        long size = number();
        if (size < 0 || size > limits.bytes() - offset) {
            throw wrong("a file of " + Long.toUnsignedString(size) + " bytes is beyond the limit of " + limits.bytes()
                    + " bytes");
        }
        var content = new Content(size);
        visitor.file(path, executable, size, offset, content);
        content.skipRest();
        padding(size);
        expect(")");
    }

    private void link(NarPath path) throws IOException {
        expect("target");
        byte[] target = bytes(NarLimits.TARGET);
        if (target.length == 0 || contains(target, 0)) {
            throw wrong("a link leads to nothing that can be");
        }
        visitor.link(path, target);
        expect(")");
    }

    private byte[] name() throws IOException {
        byte[] name = bytes(NarLimits.NAME);
        boolean dots = name.length <= 2 && name.length > 0 && name[0] == '.' && name[name.length - 1] == '.';
        if (name.length == 0 || dots || contains(name, '/') || contains(name, 0)) {
            throw wrong("'" + RawNames.shown(name) + "' is no name of a file");
        }
        return name;
    }

    private static boolean contains(byte[] bytes, int value) {
        for (byte b : bytes) {
            if (b == value) {
                return true;
            }
        }
        return false;
    }

    private void expect(String expected) throws IOException {
        String found = word();
        if (!found.equals(expected)) {
            throw wrong("'" + expected + "' is expected, here is '" + found + "'");
        }
    }

    private String word() throws IOException {
        return new String(bytes(LONGEST_WORD), StandardCharsets.ISO_8859_1);
    }

    private byte[] bytes(int longest) throws IOException {
        long length = number();
        if (length < 0 || length > longest) {
            throw wrong("a text of at most " + longest + " bytes is expected, here is one of "
                    + Long.toUnsignedString(length));
        }
        byte[] bytes = new byte[(int) length];
        fill(bytes, bytes.length);
        padding(length);
        return bytes;
    }

    private long number() throws IOException {
        fill(eight, 8);
        long number = 0;
        for (int i = 7; i >= 0; i--) {
            number = number << 8 | (eight[i] & 0xff);
        }
        return number;
    }

    private void padding(long length) throws IOException {
        int rest = (int) (-length & 7);
        fill(eight, rest);
        for (int i = 0; i < rest; i++) {
            if (eight[i] != 0) {
                throw wrong("padding is of zeros");
            }
        }
    }

    private void fill(byte[] bytes, int length) throws IOException {
        if (length > limits.bytes() - offset) {
            throw wrong("it has more than " + limits.bytes() + " bytes");
        }
        int read = in.readNBytes(bytes, 0, length);
        offset += read;
        if (read < length) {
            throw wrong("it ends here, but more is expected");
        }
    }

    private NarFormatException wrong(String why) {
        return new NarFormatException(offset, why);
    }

    /** The content of one file. */
    private final class Content extends InputStream {
        private long left;

        Content(long size) {
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            Objects.checkFromIndexSize(from, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                return -1;
            }
            int read = in.read(bytes, from, (int) Math.min(length, left));
            if (read < 0) {
                throw wrong("it ends within a file of which " + left + " bytes are missing");
            }
            left -= read;
            offset += read;
            return read;
        }

        void skipRest() throws IOException {
            byte[] rest = new byte[(int) Math.min(left, 1 << 16)];
            while (left > 0) {
                if (read(rest, 0, (int) Math.min(left, rest.length)) < 0) {
                    throw new EOFException("a file's content ended early");
                }
            }
        }
    }
}
