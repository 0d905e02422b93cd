package dev.trivet.logs;

import dev.trivet.blobs.DurableFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the files of a log are.
 *
 * <ul>
 *   <li>{@code <shard>/<job>/<step>.log} what was written, as long as it is not compressed
 *   <li>{@code <shard>/<job>/<step>.idx} beside it: line checkpoints and the limit, once there are any ({@link IndexFile})
 *   <li>{@code <shard>/<job>/<step>.log.zst} the compressed log; where it is, it counts and the others are leftovers
 *   <li>{@code closed/<job>-<step>} the log is closed and waits for its compression
 *   <li>{@code tmp/} files that are not whole yet; wiped at each start
 * </ul>
 */
final class LogDirectory {
    private static final int SHARDS = 4096;

    private final Path root;
    private final Path closed;
    private final Path unfinished;

    LogDirectory(Path root) throws IOException {
        this.root = root;
        this.closed = root.resolve("closed");
        this.unfinished = root.resolve("tmp");
        DurableFiles.createDirectories(closed);
        DurableFiles.createDirectories(unfinished);
        deleteFilesIn(unfinished);
    }

    Path root() {
        return root;
    }

    Path ofJob(long jobId) {
        return shard(jobId).resolve(Long.toString(jobId));
    }

    private Path shard(long jobId) {
        return root.resolve("%03x".formatted(jobId % SHARDS));
    }

    /** Makes the directory of a job and the files in it survive a power loss. */
    void syncJob(long jobId) throws IOException {
        DurableFiles.syncDirectory(ofJob(jobId));
        DurableFiles.syncDirectory(shard(jobId));
        DurableFiles.syncDirectory(root);
    }

    Path plain(LogKey key) {
        return ofJob(key.jobId()).resolve(key.step() + ".log");
    }

    Path index(LogKey key) {
        return ofJob(key.jobId()).resolve(key.step() + ".idx");
    }

    Path compressed(LogKey key) {
        return ofJob(key.jobId()).resolve(key.step() + ".log.zst");
    }

    Path closedMark(LogKey key) {
        return closed.resolve(key.jobId() + "-" + key.step());
    }

    void markClosed(LogKey key) throws IOException {
        SharedFile.open(closedMark(key)).close();
    }

    boolean isMarkedClosed(LogKey key) {
        return Files.exists(closedMark(key));
    }

    /** All logs that are closed but not compressed yet. */
    List<LogKey> markedClosed() throws IOException {
        List<LogKey> keys = new ArrayList<>();
        try (DirectoryStream<Path> marks = Files.newDirectoryStream(closed)) {
            for (Path mark : marks) {
                String[] parts = mark.getFileName().toString().split("-", 2);
                keys.add(new LogKey(Long.parseLong(parts[0]), Integer.parseInt(parts[1])));
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException foreign) {
            throw new LogException("a file in " + closed + " is not Trivet's: remove it", foreign);
        }
        return keys;
    }

    /** Removes what only a log that is not compressed has. */
    void deletePlain(LogKey key) throws IOException {
        Files.deleteIfExists(plain(key));
        Files.deleteIfExists(index(key));
        Files.deleteIfExists(closedMark(key));
    }

    /** Where the compressed log grows before it is moved into its place. */
    Path unfinishedCompressed(LogKey key) {
        return unfinished.resolve(key.jobId() + "-" + key.step() + ".log.zst");
    }

    /** Where the plain log grows before it is moved into its place. */
    Path unfinishedPlain(LogKey key) {
        return unfinished.resolve(key.jobId() + "-" + key.step() + ".log");
    }

    /** Removes all files of a job that are in its directory. */
    void deleteJob(long jobId) throws IOException {
        Path directory = ofJob(jobId);
        if (Files.isDirectory(directory)) {
            deleteFilesIn(directory);
            Files.delete(directory);
        }
    }

    /** The logs of a job that have a file. */
    List<LogKey> ofJobOnDisk(long jobId) throws IOException {
        List<LogKey> keys = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(ofJob(jobId), "*.{log,log.zst}")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                LogKey key = new LogKey(jobId, Integer.parseInt(name.substring(0, name.indexOf('.'))));
                if (!keys.contains(key)) {
                    keys.add(key);
                }
            }
        } catch (NoSuchFileException none) {
            return List.of();
        }
        return keys;
    }

    private static void deleteFilesIn(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }
}
