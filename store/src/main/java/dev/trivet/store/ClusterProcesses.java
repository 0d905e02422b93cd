package dev.trivet.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The PostgreSQL processes that work on one data directory, found in {@code /proc}: all of them have it as their working directory. A pid in
 * {@code postmaster.pid} alone proves nothing, it may be a zombie or belong to somebody else by now.
 */
final class ClusterProcesses {

    private final Path directory;

    ClusterProcesses(Path directory) {
        this.directory = directory;
    }

    /** The living ones; empty when the directory does not exist. Zombies are not among them. */
    List<ProcessHandle> living() throws IOException {
        List<ProcessHandle> found = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        Path real = directory.toRealPath();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (isOurs(process, real)) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(found::add);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    /** Asks the postmaster to stop and kills what has not gone after the grace time. Returns when none is left. */
    void stop(Duration grace) throws IOException {
        living().stream().filter(this::isPostmaster).forEach(process -> Signals.send(process.pid(), Signals.INTERRUPT));
        long deadline = System.nanoTime() + grace.toNanos();
        while (!living().isEmpty() && System.nanoTime() < deadline) {
            pause();
        }
        kill();
    }

    /** Kills all of them at once, as a power cut would. Returns when none is left. */
    void kill() throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        for (List<ProcessHandle> left = living(); !left.isEmpty(); left = living()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("Cannot stop the PostgreSQL processes "
                        + left.stream().map(ProcessHandle::pid).toList() + " that use " + directory
                        + "; stop them by hand and start again");
            }
            left.forEach(ProcessHandle::destroyForcibly);
            pause();
        }
    }

    /** The postmaster is the one that postmaster.pid names; its children are told by it. */
    private boolean isPostmaster(ProcessHandle process) {
        try {
            return process.pid() == new PostmasterFile(directory).pid();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isOurs(Path process, Path directory) {
        try {
            // The link may be a bare "/": so it is for a program whose mount is gone, as in a sandbox.
            String program = Files.readSymbolicLink(process.resolve("exe")).toString();
            return program.substring(program.lastIndexOf('/') + 1).startsWith("postgres")
                    && Files.readSymbolicLink(process.resolve("cwd")).equals(directory);
        } catch (IOException e) {
            // Gone meanwhile, a zombie, a kernel thread, or somebody else's.
            return false;
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while stopping PostgreSQL", e);
        }
    }
}
