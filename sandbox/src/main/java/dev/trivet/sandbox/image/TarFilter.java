package dev.trivet.sandbox.image;

import dev.trivet.blobs.tar.TarNames;
import dev.trivet.blobs.tar.TarNames.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Copies a root file system's tar archive from anywhere into one that is safe to unpack as root: every entry stays below the root and
 * passes through no link, devices and extended attributes are left out, and size and number are bounded. An entry that tries to leave
 * the root makes the whole archive refused. Adds the files that every image needs. For one archive, by one thread.
 */
final class TarFilter {
    private static final long HEADER_LIMIT = 1L << 20;
    private static final int CAPTURE_LIMIT = 1 << 20;
    private static final int NOBODY = 65534;

    /** Kernel file systems and the like: a sandbox mounts its own. */
    private static final Set<String> EMPTY_INSIDE = Set.of("dev", "proc", "sys", "run");

    private final Bounds bounds;
    private final MessageDigest digest = LayerKey.sha256();
    private final TarNames names = new TarNames();
    private final Map<String, String> links = new HashMap<>();
    private final Map<String, byte[]> captured = new HashMap<>();
    private final List<String> leftOut = new ArrayList<>();
    private Consumer<TarTree> more = tree -> {};
    private long bytes;
    private long entries;

    /** How much an archive may hold. */
    record Bounds(long bytes, long entries) {
        static final Bounds USUAL = new Bounds(32L << 30, 1_000_000);
    }

    /**
     * What was copied.
     *
     * @param leftOut entries that were left out, the first few
     */
    record Report(String digest, long bytes, long entries, OsRelease release, boolean apt, List<String> leftOut) {}

    TarFilter(Bounds bounds) {
        this.bounds = bounds;
    }

    /** Adds files of the caller's at the end. */
    void add(Consumer<TarTree> files) {
        more = more.andThen(files);
    }

    Report copy(InputStream from, OutputStream to) throws IOException {
        MeteredInput metered = new MeteredInput(from);
        TarArchiveInputStream in = new TarArchiveInputStream(metered, "UTF-8");
        try (TarArchiveOutputStream out = TarTree.archive(to)) {
            metered.allow(HEADER_LIMIT);
            TarArchiveEntry entry;
            while ((entry = in.getNextEntry()) != null) {
                copyEntry(entry, in, metered, out);
                metered.allow(HEADER_LIMIT);
            }
            if (entries == 0) {
                throw new IOException("the archive is empty or no tar archive");
            }
            RootfsAdditions additions = new RootfsAdditions(captured, this::isFile);
            TarTree tree = additions.tree();
            more.accept(tree);
            addAll(tree, out);
        }
        byte[] release =
                captured.getOrDefault("usr/lib/os-release", captured.getOrDefault("etc/os-release", new byte[0]));
        return new Report(
                HexFormat.of().formatHex(digest.digest()),
                bytes,
                entries,
                OsRelease.parse(new String(release, StandardCharsets.UTF_8)),
                isFile("usr/bin/apt-get"),
                List.copyOf(leftOut));
    }

    private boolean isFile(String path) {
        Kind kind = names.kind(path);
        return kind == Kind.FILE || kind == Kind.LINK;
    }

    private void copyEntry(
            TarArchiveEntry entry, TarArchiveInputStream in, MeteredInput metered, TarArchiveOutputStream out)
            throws IOException {
        long size = entry.isSparse() ? entry.getRealSize() : entry.getSize();
        metered.allow(entry.getSize() + HEADER_LIMIT);
        String path = TarNames.path(entry.getName());
        if (++entries > bounds.entries()) {
            throw new IOException("the archive has more than " + bounds.entries() + " entries");
        }
        if (path.isEmpty()) {
            return;
        }
        int slash = path.indexOf('/');
        boolean kernels = slash > 0 && EMPTY_INSIDE.contains(path.substring(0, slash));
        if (kernels || path.equals(".dockerenv")) {
            return;
        }
        if (entry.isDirectory()) {
            directory(path, entry, out);
        } else if (entry.isSymbolicLink()) {
            link(path, entry, out);
        } else if (entry.isLink()) {
            hardLink(path, entry, out);
        } else if (isRegular(entry)) {
            file(path, entry, size, in, out);
        } else if (leftOut.size() < 10) {
            leftOut.add(path);
        }
    }

    /** The library's {@code isFile} also says yes to devices and pipes. */
    private static boolean isRegular(TarArchiveEntry entry) {
        return entry.isFile() && !entry.isCharacterDevice() && !entry.isBlockDevice() && !entry.isFIFO();
    }

    private void directory(String path, TarArchiveEntry entry, TarArchiveOutputStream out) throws IOException {
        names.requireParents(path);
        if (names.kind(path) == Kind.LINK) {
            return;
        }
        names.directory(path);
        put(copyOf(path + "/", TarConstants.LF_DIR, entry), null, out);
    }

    private void link(String path, TarArchiveEntry entry, TarArchiveOutputStream out) throws IOException {
        if (entry.getLinkName().length() > TarNames.PATH_LIMIT
                || entry.getLinkName().indexOf('\0') >= 0) {
            throw new IOException("the archive has a link with an impossible target: " + ImageName.shown(path));
        }
        replace(path, Kind.LINK);
        links.put(path, entry.getLinkName());
        TarArchiveEntry copy = copyOf(path, TarConstants.LF_SYMLINK, entry);
        copy.setLinkName(entry.getLinkName());
        put(copy, null, out);
    }

    private void hardLink(String path, TarArchiveEntry entry, TarArchiveOutputStream out) throws IOException {
        String target = TarNames.path(entry.getLinkName());
        Kind kind = names.kind(target);
        if (kind == null || kind == Kind.DIRECTORY) {
            throw new IOException("the archive has a hard link to something that is no file of its own: "
                    + ImageName.shown(path) + " to " + ImageName.shown(entry.getLinkName()));
        }
        names.requireParents(target);
        replace(path, kind);
        byte type = kind == Kind.LINK ? TarConstants.LF_SYMLINK : TarConstants.LF_LINK;
        TarArchiveEntry copy = copyOf(path, type, entry);
        String meant = kind == Kind.LINK ? links.getOrDefault(target, target) : target;
        copy.setLinkName(meant);
        if (kind == Kind.LINK) {
            links.put(path, meant);
        }
        put(copy, null, out);
    }

    private void file(
            String path, TarArchiveEntry entry, long size, TarArchiveInputStream in, TarArchiveOutputStream out)
            throws IOException {
        replace(path, Kind.FILE);
        bytes += size;
        if (size < 0 || bytes > bounds.bytes()) {
            throw new IOException("the archive unpacks to more than " + bounds.bytes() + " bytes");
        }
        TarArchiveEntry copy = copyOf(path, TarConstants.LF_NORMAL, entry);
        copy.setSize(size);
        if (RootfsAdditions.READS.contains(path) && size <= CAPTURE_LIMIT) {
            byte[] content = in.readAllBytes();
            captured.put(path, content);
            put(copy, content, out);
        } else {
            putStream(copy, in, out);
        }
    }

    /** A later entry of a name takes the place of an earlier one, but nothing takes the place of a directory. */
    private void replace(String path, Kind kind) throws IOException {
        names.replace(path, kind);
        links.remove(path);
        captured.remove(path);
    }

    private void addAll(TarTree tree, TarArchiveOutputStream out) throws IOException {
        for (String path : tree.paths()) {
            names.requireParents(path);
        }
        digest.update(tree.fingerprint());
        tree.writeTo(out, path -> names.kind(path) != Kind.DIRECTORY);
        bytes += tree.bytes();
    }

    private static TarArchiveEntry copyOf(String path, byte type, TarArchiveEntry entry) {
        TarArchiveEntry copy = new TarArchiveEntry(path, type);
        copy.setMode(entry.getMode() & 07777);
        copy.setUserId(id(entry.getLongUserId()));
        copy.setGroupId(id(entry.getLongGroupId()));
        copy.setUserName("");
        copy.setGroupName("");
        copy.setModTime(entry.getLastModifiedTime());
        return copy;
    }

    /** Sandboxes have 65536 ids. */
    private static int id(long id) {
        return id < 0 || id > NOBODY ? NOBODY : (int) id;
    }

    private void put(TarArchiveEntry entry, byte @Nullable [] content, TarArchiveOutputStream out) throws IOException {
        note(entry);
        out.putArchiveEntry(entry);
        if (content != null) {
            digest.update(content);
            out.write(content);
        }
        out.closeArchiveEntry();
    }

    private void putStream(TarArchiveEntry entry, TarArchiveInputStream content, TarArchiveOutputStream out)
            throws IOException {
        note(entry);
        out.putArchiveEntry(entry);
        byte[] buffer = new byte[1 << 16];
        int count;
        while ((count = content.read(buffer)) > 0) {
            digest.update(buffer, 0, count);
            out.write(buffer, 0, count);
        }
        out.closeArchiveEntry();
    }

    private void note(TarArchiveEntry entry) {
        String text = entry.getName()
                + '\0'
                + entry.getMode()
                + ' '
                + entry.getLongUserId()
                + ' '
                + entry.getLongGroupId()
                + ' '
                + entry.getSize()
                + '\0'
                + entry.getLinkName()
                + '\0'
                + entry.isLink()
                + entry.isSymbolicLink();
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }
}
