package dev.trivet.sandbox.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A small file tree in memory that is written as a tar stream, parents first. Not thread-safe. */
final class TarTree {
    private static final int FILE_MODE = 0100644;

    private final Map<String, Node> nodes = new TreeMap<>();
    private long bytes;

    /** What stands at one path. */
    private sealed interface Node {
        record Directory(int mode, int owner, boolean opaque) implements Node {}

        record Text(ByteBuffer content, int mode, int owner, int group) implements Node {}

        record Link(String target, int owner) implements Node {}
    }

    TarTree directory(String path, int mode) {
        return directory(path, mode, 0);
    }

    TarTree directory(String path, int mode, int owner) {
        return put(path, new Node.Directory(mode, owner, false));
    }

    /** A directory of an overlay layer that hides everything which the layers below have at its path. */
    TarTree hidingDirectory(String path, int mode) {
        return put(path, new Node.Directory(mode, 0, true));
    }

    TarTree file(String path, String content) {
        return file(path, content.getBytes(StandardCharsets.UTF_8), FILE_MODE & 07777, 0, 0);
    }

    TarTree file(String path, byte[] content, int mode, int owner, int group) {
        bytes += content.length;
        return put(path, new Node.Text(ByteBuffer.wrap(content.clone()).asReadOnlyBuffer(), mode, owner, group));
    }

    TarTree link(String path, String target) {
        return put(path, new Node.Link(target, 0));
    }

    boolean contains(String path) {
        return nodes.containsKey(path);
    }

    Set<String> paths() {
        return Collections.unmodifiableSet(nodes.keySet());
    }

    /** Size of its files. */
    long bytes() {
        return bytes;
    }

    /** Equal for equal trees. */
    byte[] fingerprint() throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        writeTo(whole);
        return LayerKey.sha256().digest(whole.toByteArray());
    }

    /** Writes the nodes that are wanted, parents first; does not end the archive. */
    void writeTo(TarArchiveOutputStream tar, Predicate<String> wanted) throws IOException {
        for (Map.Entry<String, Node> node : nodes.entrySet()) {
            if (wanted.test(node.getKey())) {
                write(tar, node.getKey(), node.getValue());
            }
        }
    }

    /** Writes it as an archive of its own; returns the size of its files. */
    long writeTo(OutputStream out) throws IOException {
        try (TarArchiveOutputStream tar = archive(out)) {
            writeTo(tar, path -> true);
        }
        return bytes;
    }

    static TarArchiveOutputStream archive(OutputStream out) {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        return tar;
    }

    private TarTree put(String path, Node node) {
        int slash = path.lastIndexOf('/');
        if (slash > 0 && !nodes.containsKey(path.substring(0, slash))) {
            directory(path.substring(0, slash), 0755);
        }
        nodes.put(path, node);
        return this;
    }

    private static void write(TarArchiveOutputStream tar, String path, Node node) throws IOException {
        switch (node) {
            case Node.Directory directory -> {
                TarArchiveEntry entry = entry(path + "/", TarConstants.LF_DIR, directory.mode(), directory.owner());
                entry.setGroupId(directory.owner());
                if (directory.opaque()) {
                    // One for overlays of an ordinary user, one for those of root.
                    entry.addPaxHeader("SCHILY.xattr.user.overlay.opaque", "y");
                    entry.addPaxHeader("SCHILY.xattr.trusted.overlay.opaque", "y");
                }
                tar.putArchiveEntry(entry);
            }
            case Node.Text text -> {
                TarArchiveEntry entry = entry(path, TarConstants.LF_NORMAL, text.mode(), text.owner());
                entry.setGroupId(text.group());
                entry.setSize(text.content().remaining());
                tar.putArchiveEntry(entry);
                byte[] content = new byte[text.content().remaining()];
                text.content().duplicate().get(content);
                tar.write(content);
            }
            case Node.Link link -> {
                TarArchiveEntry entry = entry(path, TarConstants.LF_SYMLINK, 0777, link.owner());
                entry.setLinkName(link.target());
                tar.putArchiveEntry(entry);
            }
        }
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry entry(String path, byte type, int mode, int owner) {
        TarArchiveEntry entry = new TarArchiveEntry(path, type);
        entry.setMode(mode);
        entry.setUserId(owner);
        entry.setUserName("");
        entry.setGroupName("");
        entry.setModTime(0);
        return entry;
    }
}
