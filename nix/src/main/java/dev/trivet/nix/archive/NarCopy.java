package dev.trivet.nix.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Writes what a visitor is told of as a Nix archive: a part of another archive becomes one of its own. Memory is constant. For one thread. */
public final class NarCopy implements NarVisitor {
    private static final byte[] ZEROS = new byte[8];

    private final OutputStream out;
    /** Directories that are open. */
    private int open;

    /** @param out is not closed; small writes reach it as they are */
    public NarCopy(OutputStream out) {
        this.out = Objects.requireNonNull(out, "out is null");
    }

    /** Ends the archive; without it, it is a broken one. */
    public void finish() throws IOException {
        closeTo(0);
        out.flush();
    }

    @Override
    public void directory(NarPath path) throws IOException {
        begin(path, "directory");
        open++;
    }

    @Override
    public void file(NarPath path, boolean executable, long size, long offset, InputStream content) throws IOException {
        begin(path, "regular");
        if (executable) {
            text("executable");
            text("");
        }
        text("contents");
        number(size);
        long copied = content.transferTo(out);
        if (copied != size) {
            throw new IOException(path + " has " + copied + " bytes instead of " + size);
        }
        pad(size);
        end(path);
    }

    @Override
    public void link(NarPath path, byte[] target) throws IOException {
        begin(path, "symlink");
        text("target");
        bytes(target);
        end(path);
    }

    private void begin(NarPath path, String type) throws IOException {
        if (path.depth() == 0) {
            text(NarWriter.MAGIC);
        } else {
            closeTo(path.depth());
            text("entry");
            text("(");
            text("name");
            bytes(path.lastName());
            text("node");
        }
        text("(");
        text("type");
        text(type);
    }

    private void end(NarPath path) throws IOException {
        text(")");
        if (path.depth() > 0) {
            text(")");
        }
    }

    /** Ends directories until that many are open. */
    private void closeTo(int depth) throws IOException {
        while (open > depth) {
            open--;
            text(")");
            if (open > 0) {
                text(")");
            }
        }
    }

    private void text(String text) throws IOException {
        bytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void bytes(byte[] bytes) throws IOException {
        number(bytes.length);
        out.write(bytes);
        pad(bytes.length);
    }

    private void number(long number) throws IOException {
        byte[] bytes = new byte[8];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (number >>> (8 * i));
        }
        out.write(bytes);
    }

    private void pad(long length) throws IOException {
        out.write(ZEROS, 0, (int) (-length & 7));
    }
}
