package dev.trivet.blobs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What a directory-backed store needs beyond {@link Files}: durable renames, and telling a full disk from other trouble. */
public final class DurableFiles {
    /** The system's words for ENOSPC, EDQUOT and EFBIG; the JDK passes them on only as text. */
    private static final List<String> FULL =
            List.of("No space left on device", "Disk quota exceeded", "File too large");

    /** Below this much usable space a failed write counts as "full" whatever language the system speaks. */
    private static final long NO_ROOM_BYTES = 64 * 1024;

    private DurableFiles() {}

    /** Makes the entries of a directory (creations, renames, deletions) survive a power loss. */
    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Creates the directory and its missing parents, each durably. */
    public static void createDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException("cannot create " + directory + ": it has no parent directory");
        }
        createDirectories(parent);
        Files.createDirectories(directory);
        syncDirectory(parent);
    }

    /** Moves a finished file into its place, replacing what is there, and makes that durable. Both are on one device. */
    public static void moveIntoPlace(Path finished, Path target) throws IOException {
        Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path parent = target.toAbsolutePath().getParent();
        if (parent != null) {
            syncDirectory(parent);
        }
    }

    /** Whether a write below {@code directory} failed for want of room: device full, quota used up or file size limit. */
    public static boolean isFull(IOException failure, Path directory) {
        String message = failure.getMessage();
        if (message != null && FULL.stream().anyMatch(message::contains)) {
            return true;
        }
        try {
            return Files.getFileStore(directory).getUsableSpace() < NO_ROOM_BYTES;
        } catch (IOException unknown) {
            return false;
        }
    }
}
