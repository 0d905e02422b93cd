package dev.trivet.server;

import static java.util.Objects.requireNonNull;

import dev.trivet.store.Backup;
import dev.trivet.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Everything that a server keeps, in one tar archive and back: {@code database.zip} (see {@link Backup}) first, then the files of
 * {@code blobs/} and {@code logs/}. It may be made while the server works: the rows are of one moment, and every file they name is
 * there, as files are packed after the rows and no blob is deleted meanwhile. Images, sandboxes and the administrator's token file are
 * not in it: a server makes them anew.
 */
public final class DataArchive {
    private static final String DATABASE = "database.zip";
    private static final List<String> FOLDERS = List.of("blobs", "logs");
    private static final Pattern NAME = Pattern.compile("(?:blobs|logs)(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");
    private static final Set<String> NOT_KEPT = Set.of("lock", "tmp");
    private static final int BUFFER = 1 << 16;

    private final Path data;
    private final Backup backup;

    /** @param clock says when the archive was made */
    public DataArchive(Path data, InstantSource clock) {
        this.data = requireNonNull(data, "data is null");
        this.backup = new Backup(Storage.MIGRATIONS.sets(), clock);
    }

    /** How much is in an archive. */
    public record Content(long rows, long files) {}

    /**
     * Writes an archive; the stream is left open.
     *
     * @throws dev.trivet.store.BackupException if the database cannot be copied
     */
    public Content write(Database database, OutputStream out) throws IOException {
        Path rows = Files.createTempFile(data, "backup", ".zip");
        try (BlobsPinned _ = BlobsPinned.pin(data)) {
            long count;
            try (OutputStream file = Files.newOutputStream(rows)) {
                count = backup.backup(database, file);
            }
            var tar = new TarArchiveOutputStream(out, "UTF-8");
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            add(tar, rows, DATABASE);
            Set<String> packed = new HashSet<>();
            // A log that is compressed right now changes its name: what is new at the second look was not seen at the
            // first.
            while (addNew(tar, packed)) {}
            tar.finish();
            return new Content(count, packed.size());
        } finally {
            Files.deleteIfExists(rows);
        }
    }

    /**
     * Fills an empty database and an empty data directory, on which no server works, from an archive.
     *
     * @throws dev.trivet.store.BackupException if the database is not empty or the archive is of no use
     * @throws IOException if there are blobs or logs already, or the archive is damaged
     */
    public Content read(InputStream in, Database database) throws IOException {
        for (String folder : FOLDERS) {
            if (!names(folder).isEmpty()) {
                throw new IOException(
                        data.resolve(folder) + " has files already. Restore into a new data directory (--data)");
            }
        }
        var tar = new TarArchiveInputStream(in, "UTF-8");
        TarArchiveEntry first = tar.getNextEntry();
        if (first == null || !first.getName().equals(DATABASE)) {
            throw new IOException("this is no archive of 'trivet db backup': it does not begin with " + DATABASE);
        }
        long rows = backup.restore(tar, database);
        long files = 0;
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (!entry.isFile()
                    || entry.isSymbolicLink()
                    || entry.isLink()
                    || !NAME.matcher(entry.getName()).matches()) {
                throw new IOException("the archive holds '" + entry.getName() + "', which no backup has");
            }
            Path file = data.resolve(entry.getName());
            Files.createDirectories(requireNonNull(file.getParent(), "parent is null"));
            try (OutputStream out =
                    Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS)) {
                tar.transferTo(out);
            }
            Files.setLastModifiedTime(file, entry.getLastModifiedTime());
            files++;
        }
        return new Content(rows, files);
    }

    private boolean addNew(TarArchiveOutputStream tar, Set<String> packed) throws IOException {
        boolean found = false;
        for (String folder : FOLDERS) {
            for (String name : names(folder)) {
                if (!packed.contains(name) && add(tar, data.resolve(name), name)) {
                    packed.add(name);
                    found = true;
                }
            }
        }
        return found;
    }

    /** Files below a folder, in order: the index of a log comes before it, so it never knows of more than there is. */
    private Set<String> names(String folder) throws IOException {
        Set<String> names = new TreeSet<>();
        Path root = data.resolve(folder);
        if (!Files.isDirectory(root)) {
            return names;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                boolean skipped = root.equals(directory.getParent())
                        && NOT_KEPT.contains(directory.getFileName().toString());
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                boolean skipped = root.equals(file.getParent())
                        && NOT_KEPT.contains(file.getFileName().toString());
                if (attributes.isRegularFile() && !skipped) {
                    names.add(data.relativize(file).toString());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE; // deleted meanwhile
                }
                throw failure;
            }
        });
        return names;
    }

    /** Adds a file as long as it is now: a log may grow meanwhile. False if it is gone. */
    private static boolean add(TarArchiveOutputStream tar, Path file, String name) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            var entry = new TarArchiveEntry(name);
            long size = Files.size(file);
            entry.setSize(size);
            entry.setModTime(Files.getLastModifiedTime(file));
            tar.putArchiveEntry(entry);
            byte[] buffer = new byte[BUFFER];
            for (long left = size; left > 0; ) {
                int length = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (length < 0) {
                    throw new IOException(file + " became shorter while it was packed");
                }
                tar.write(buffer, 0, length);
                left -= length;
            }
            tar.closeArchiveEntry();
            return true;
        } catch (NoSuchFileException gone) {
            return false;
        }
    }
}
