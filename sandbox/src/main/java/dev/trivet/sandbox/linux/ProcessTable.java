package dev.trivet.sandbox.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads process tables in {@code /proc}. */
final class ProcessTable {
    private static final long PAGE = 4096;

    private ProcessTable() {}

    /** Number of processes and bytes of memory that are theirs alone. */
    record Sum(int processes, long memoryBytes) {}

    /**
     * A field of {@code /proc/PID/stat} after the name.
     *
     * @param index 0 is the state, 1 the parent, 2 the process group
     * @return -1 when the process is gone
     */
    static long field(long pid, int index) {
        try {
            var stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[index]);
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }

    /** @param proc a mounted proc file system */
    static Sum sum(Path proc, boolean memory) {
        int processes = 0;
        long pages = 0;
        try (var entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (var entry : entries) {
                processes++;
                pages += memory ? pages(entry) : 0;
            }
        } catch (IOException | DirectoryIteratorException e) {
            return new Sum(0, 0);
        }
        return new Sum(processes, pages * PAGE);
    }

    /**
     * Whether a killed child waits for its parent to take note, and so still counts as a process.
     *
     * @param proc a mounted proc file system
     * @param parent number of the parent in it
     */
    static boolean hasDeadChild(Path proc, int parent) {
        try (var entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (var entry : entries) {
                if (isDeadChild(entry, parent)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return false;
        }
        return false;
    }

    private static boolean isDeadChild(Path process, int parent) {
        try {
            var stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')') + 1).startsWith(" Z " + parent + " ");
        } catch (IOException e) {
            return false;
        }
    }

    private static long pages(Path process) {
        try {
            var words = Files.readString(process.resolve("statm")).split(" ", -1);
            return Math.max(0, Long.parseLong(words[1]) - Long.parseLong(words[2]));
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
