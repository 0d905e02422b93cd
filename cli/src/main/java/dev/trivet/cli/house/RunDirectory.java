package dev.trivet.cli.house;

import dev.trivet.cli.process.CommandException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * The data directory of a {@code trivet run}. Runs at the same time must not share one, yet the next run should find the database of
 * the last one warm: so there are numbered ones, and a run takes the first that is free. Images are shared by all.
 */
public final class RunDirectory implements AutoCloseable {
    private static final int MOST = 64;

    private final Path path;
    private final FileChannel lock;

    private RunDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Where runs keep their data when nothing else is said: {@code $XDG_DATA_HOME/trivet/run}, or below {@code ~/.local/share}. */
    public static Path base(Map<String, String> environment) {
        String data = environment.getOrDefault("XDG_DATA_HOME", "");
        Path home = data.startsWith("/")
                ? Path.of(data)
                : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "/")), ".local", "share");
        return home.resolve("trivet").resolve("run");
    }

    /** Takes the first directory below {@code base} that no other process has; held until closed. */
    public static RunDirectory take(Path base) throws CommandException {
        try {
            for (int number = 0; number < MOST; number++) {
                Path directory = Files.createDirectories(base.resolve(Integer.toString(number)));
                FileChannel channel = FileChannel.open(
                        directory.resolve("run.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                if (free(channel)) {
                    return new RunDirectory(directory, channel);
                }
                channel.close();
            }
        } catch (IOException e) {
            throw new CommandException("cannot keep data in " + base + ": " + e
                    + ". Name another folder by --data, or make that one writable.");
        }
        throw new CommandException(
                MOST + " runs are at work in " + base + " already. Wait for one, or name a folder by --data.");
    }

    /** The directory. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            // the lock goes with the process
        }
    }

    private static boolean free(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // this very process has it
        }
    }
}
