package dev.trivet.blobs.tar;

import dev.trivet.blobs.tar.TarNames.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A {@code .tar.gz} of somebody's working tree. It is read as a stream and never trusted: entries stay below the root, links stay inside,
 * devices and pipes are refused, sizes and numbers are bounded, whatever the archive claims of itself.
 */
public final class SourceArchive {
    private static final int BUFFER = 1 << 16;
    /** What headers, padding and long names of one entry may take. */
    private static final long HEADERS = 64 << 10;

    private final Bounds bounds;
    private final TarNames names = new TarNames();
    private long bytes;
    private long entries;

    /**
     * How much an archive may hold.
     *
     * @param bytes of all files together
     * @param entries files, directories and links
     */
    public record Bounds(long bytes, long entries) {
        /** 2 GiB and 200,000 entries. */
        public static final Bounds USUAL = new Bounds(2L << 30, 200_000);
    }

    private SourceArchive(Bounds bounds) {
        this.bounds = bounds;
    }

    /**
     * Reads an archive to its end.
     *
     * @throws IOException if it is damaged, too large or unsafe; the message says what is wrong with it
     */
    public static void check(InputStream archive, Bounds bounds) throws IOException {
        copy(archive, OutputStream.nullOutputStream(), bounds, tar -> {});
    }

    /**
     * Copies an archive as an uncompressed one that is safe to unpack: all entries owned by root.
     *
     * @param more adds entries of the caller's at the end
     * @throws IOException as {@link #check}
     */
    public static void copy(InputStream archive, OutputStream to, Bounds bounds, Addition more) throws IOException {
        var copying = new SourceArchive(bounds);
        Metered plain = new Metered(new GZIPInputStream(archive, BUFFER), bounds.bytes());
        var in = new TarArchiveInputStream(plain, StandardCharsets.UTF_8.name());
        var out = new TarArchiveOutputStream(to, StandardCharsets.UTF_8.name());
        out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        try {
            plain.allow(HEADERS);
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                plain.allow(HEADERS);
                copying.entry(entry, in, out);
            }
        } catch (IllegalArgumentException malformed) {
            throw new IOException("the archive is damaged: " + malformed.getMessage(), malformed);
        }
        more.add(out);
        out.finish();
        out.flush();
    }

    private void entry(TarArchiveEntry entry, TarArchiveInputStream in, TarArchiveOutputStream out) throws IOException {
        String path = TarNames.path(entry.getName());
        if (entry.getName().startsWith("/")) {
            throw new IOException("the archive has an entry with an absolute path: " + TarNames.shown(entry.getName()));
        }
        if (++entries > bounds.entries()) {
            throw new IOException("the archive has more than " + bounds.entries() + " entries");
        }
        if (path.isEmpty()) {
            return;
        }
        if (entry.isDirectory()) {
            names.directory(path);
            put(copyOf(path + "/", TarConstants.LF_DIR, entry), out);
        } else if (entry.isSymbolicLink()) {
            requireInside(path, entry.getLinkName());
            names.replace(path, Kind.LINK);
            putLink(path, TarConstants.LF_SYMLINK, entry.getLinkName(), entry, out);
        } else if (entry.isLink()) {
            hardLink(path, entry, out);
        } else if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO() || !entry.isFile()) {
            throw new IOException("the archive has a device or pipe, only files, directories and links are taken: "
                    + TarNames.shown(path));
        } else {
            file(path, entry, in, out);
        }
    }

    private void file(String path, TarArchiveEntry entry, TarArchiveInputStream in, TarArchiveOutputStream out)
            throws IOException {
        long size = entry.isSparse() ? entry.getRealSize() : entry.getSize();
        bytes += Math.max(size, 0);
        if (size < 0 || bytes > bounds.bytes()) {
            throw new IOException("the archive unpacks to more than " + bounds.bytes() + " bytes");
        }
        names.replace(path, Kind.FILE);
        TarArchiveEntry copy = copyOf(path, TarConstants.LF_NORMAL, entry);
        copy.setSize(size);
        out.putArchiveEntry(copy);
        in.transferTo(out);
        out.closeArchiveEntry();
    }

    private void hardLink(String path, TarArchiveEntry entry, TarArchiveOutputStream out) throws IOException {
        String target = TarNames.path(entry.getLinkName());
        if (names.kind(target) != Kind.FILE) {
            throw new IOException("the archive has a hard link to something that is no file of its own: "
                    + TarNames.shown(path) + " to " + TarNames.shown(entry.getLinkName()));
        }
        names.replace(path, Kind.FILE);
        putLink(path, TarConstants.LF_LINK, target, entry, out);
    }

    /** A relative target that never climbs above the root on its way. */
    private static void requireInside(String path, String target) throws IOException {
        int depth = (int) path.chars().filter(c -> c == '/').count();
        boolean inside = !target.isEmpty()
                && !target.startsWith("/")
                && target.length() <= TarNames.PATH_LIMIT
                && target.indexOf('\0') < 0;
        for (String word : target.split("/", -1)) {
            if (word.equals("..")) {
                depth--;
            } else if (!word.isEmpty() && !word.equals(".")) {
                depth++;
            }
            inside &= depth >= 0;
        }
        if (!inside) {
            throw new IOException("the archive has a link that leads outside: " + TarNames.shown(path) + " to "
                    + TarNames.shown(target));
        }
    }

    private static void putLink(
            String path, byte type, String target, TarArchiveEntry entry, TarArchiveOutputStream out)
            throws IOException {
        TarArchiveEntry copy = copyOf(path, type, entry);
        copy.setLinkName(target);
        put(copy, out);
    }

    private static TarArchiveEntry copyOf(String path, byte type, TarArchiveEntry entry) {
        var copy = new TarArchiveEntry(path, type);
        copy.setMode(entry.getMode() & 0777);
        copy.setIds(0, 0);
        copy.setModTime(entry.getLastModifiedTime());
        return copy;
    }

    private static void put(TarArchiveEntry entry, TarArchiveOutputStream out) throws IOException {
        out.putArchiveEntry(entry);
        out.closeArchiveEntry();
    }

    /** Adds entries to an archive. */
    @FunctionalInterface
    public interface Addition {
        void add(TarArchiveOutputStream tar) throws IOException;
    }

    /** Ends a stream that unpacks to more than files and their headers can need: one that is all zeros, or one endless long name. */
    private static final class Metered extends FilterInputStream {
        private final long most;
        private long allowed;
        private long count;

        Metered(InputStream in, long files) {
            super(in);
            this.allowed = files;
            this.most = files;
        }

        void allow(long more) {
            allowed += more;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count(Math.max(read, 0));
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            count(skipped);
            return skipped;
        }

        private void count(long more) throws IOException {
            count += more;
            if (count > allowed) {
                throw new IOException("the archive unpacks to more than " + most + " bytes");
            }
        }
    }
}
