package dev.trivet.nix.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes what a visitor is told of as a tar archive that is the same for the same tree: entries in their order, times of 1 as in a store,
 * nobody's, with permissions that let their new owner change them. Everything is in one directory, or one file. Names are kept byte for byte.
 * Memory does not grow with files. For one thread.
 */
public final class NarTar implements NarVisitor {
    private static final int MODE_DIRECTORY = 0755;
    private static final int MODE_EXECUTABLE = 0755;
    private static final int MODE_FILE = 0644;
    private static final int MODE_LINK = 0777;
    /** One character for each byte, so that every byte of a name stays what it is. */
    private static final String BYTES = "ISO-8859-1";

    private final TarArchiveOutputStream tar;
    private final List<String> names = new ArrayList<>();

    /**
     * @param root the name of the directory that everything is in, without slashes
     * @param out is not closed
     */
    public NarTar(String root, OutputStream out) {
        Objects.requireNonNull(root, "root is null");
        if (root.isEmpty() || root.contains("/")) {
            throw new IllegalArgumentException("'" + root + "' is no name of a directory");
        }
        names.add(bytes(root.getBytes(StandardCharsets.UTF_8)));
        tar = new TarArchiveOutputStream(Objects.requireNonNull(out, "out is null"), BYTES);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
    }

    /**
     * Writes a tree of files, and no more than it.
     *
     * @param root the name that it has in the archive
     * @param out is flushed and not closed
     * @throws IOException if something in it cannot be read, is neither file, directory nor link, or changes while it is read
     */
    public static void write(Path tree, String root, OutputStream out) throws IOException {
        var tar = new NarTar(root, out);
        TreeVisit.of(tree, tar);
        tar.finish();
    }

    /** Ends the archive; without it, it is a broken one. */
    public void finish() throws IOException {
        tar.finish();
        tar.flush();
    }

    @Override
    public void directory(NarPath path) throws IOException {
        put(new TarArchiveEntry(name(path) + "/", TarConstants.LF_DIR), MODE_DIRECTORY, 0);
        tar.closeArchiveEntry();
    }

    @Override
    public void file(NarPath path, boolean executable, long size, long offset, InputStream content) throws IOException {
        put(new TarArchiveEntry(name(path), TarConstants.LF_NORMAL), executable ? MODE_EXECUTABLE : MODE_FILE, size);
        // More or fewer bytes than announced are refused by the archive.
        content.transferTo(tar);
        tar.closeArchiveEntry();
    }

    @Override
    public void link(NarPath path, byte[] target) throws IOException {
        var entry = new TarArchiveEntry(name(path), TarConstants.LF_SYMLINK);
        entry.setLinkName(bytes(target));
        put(entry, MODE_LINK, 0);
        tar.closeArchiveEntry();
    }

    private void put(TarArchiveEntry entry, int mode, long size) throws IOException {
        entry.setMode(mode);
        entry.setSize(size);
        entry.setModTime(1000L);
        entry.setIds(0, 0);
        entry.setNames("", "");
        tar.putArchiveEntry(entry);
    }

    private String name(NarPath path) {
        while (names.size() > Math.max(1, path.depth())) {
            names.removeLast();
        }
        if (path.depth() > 0) {
            names.add(bytes(path.lastName()));
        }
        return String.join("/", names);
    }

    private static String bytes(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
