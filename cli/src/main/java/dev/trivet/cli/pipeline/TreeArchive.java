package dev.trivet.cli.pipeline;

import dev.trivet.cli.process.CommandException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Files as {@code .tar.gz}. The same files give the same bytes, whoever packs them, when and in which directory: they are sorted, have no
 * times and no owners, and of their permissions only whether they can be executed.
 */
final class TreeArchive {
    /** Largest archive that is sent, in bytes. */
    static final int MOST_BYTES = 16 << 20;

    private static final int SHOWN = 5;

    private final Path root;
    private final List<String> paths;

    /** @param paths relative to {@code root}, sorted */
    TreeArchive(Path root, List<String> paths) {
        this.root = Objects.requireNonNull(root, "root is null");
        this.paths = List.copyOf(paths);
    }

    /**
     * The bytes.
     *
     * @throws CommandException if it is larger than the server takes; the message names the largest files
     */
    byte[] pack() throws IOException, CommandException {
        var bytes = new ByteArrayOutputStream();
        try (var tar =
                new TarArchiveOutputStream(new GZIPOutputStream(bounded(bytes)), StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            for (String path : paths) {
                add(tar, path);
            }
        } catch (TooLargeException tooLarge) {
            throw CommandException.usage("the working tree " + root + " has more than " + (MOST_BYTES >> 20)
                    + " MiB when packed. Largest files: " + largest() + ". Let git ignore what can be made again.");
        }
        return bytes.toByteArray();
    }

    private void add(TarArchiveOutputStream tar, String path) throws IOException {
        Path file = root.resolve(path);
        if (Files.isSymbolicLink(file)) {
            TarArchiveEntry entry = plain(new TarArchiveEntry("./" + path, TarConstants.LF_SYMLINK), 0120777);
            entry.setLinkName(Files.readSymbolicLink(file).toString());
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            try (InputStream in = Files.newInputStream(file)) {
                TarArchiveEntry entry = plain(new TarArchiveEntry("./" + path), executable(file) ? 0100755 : 0100644);
                entry.setSize(Files.size(file));
                tar.putArchiveEntry(entry);
                copy(in, tar, entry.getSize(), file);
                tar.closeArchiveEntry();
            } catch (NoSuchFileException deleted) {
                // between the look and the opening
            }
        }
        // What is neither is deleted, or a socket or the like: nothing that can be packed.
    }

    private static TarArchiveEntry plain(TarArchiveEntry entry, int mode) {
        entry.setMode(mode);
        entry.setLastModifiedTime(FileTime.fromMillis(0));
        entry.setIds(0, 0);
        entry.setNames("", "");
        return entry;
    }

    private static boolean executable(Path file) throws IOException {
        return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
    }

    private static void copy(InputStream in, OutputStream out, long size, Path file) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long left = size;
        while (left > 0) {
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new IOException(
                        file + " became shorter while it was packed. Try again when nobody writes to it.");
            }
            out.write(buffer, 0, count);
            left -= count;
        }
    }

    private String largest() {
        return paths.stream()
                .sorted(Comparator.comparingLong((String path) -> size(root.resolve(path)))
                        .reversed())
                .limit(SHOWN)
                .map(path -> path + " (" + (size(root.resolve(path)) >> 10) + " KiB)")
                .collect(Collectors.joining(", "));
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
        } catch (IOException gone) {
            return 0;
        }
    }

    private static OutputStream bounded(ByteArrayOutputStream bytes) {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] more, int offset, int length) throws IOException {
                if (bytes.size() + length > MOST_BYTES) {
                    throw new TooLargeException();
                }
                bytes.write(more, offset, length);
            }
        };
    }

    private static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
