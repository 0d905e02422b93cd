package dev.trivet.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** {@code postmaster.pid}: what PostgreSQL says about its own running (pid, directory, start, port, socket, address, memory, status). */
final class PostmasterFile {

    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 7;

    private final Path file;

    PostmasterFile(Path directory) {
        this.file = directory.resolve("postmaster.pid");
    }

    /** The pid written there, or 0. */
    long pid() throws IOException {
        return number(0);
    }

    /** The port written there, or 0. */
    int port() throws IOException {
        return (int) number(PORT_LINE);
    }

    boolean isReady(long pid) throws IOException {
        List<String> lines = lines();
        return lines.size() > STATUS_LINE
                && lines.getFirst().strip().equals(Long.toString(pid))
                && lines.get(STATUS_LINE).strip().equals("ready");
    }

    /** Only after {@link ClusterProcesses} has shown that nobody uses the directory. */
    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    private long number(int line) throws IOException {
        List<String> lines = lines();
        try {
            return lines.size() > line ? Long.parseLong(lines.get(line).strip()) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private List<String> lines() throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
