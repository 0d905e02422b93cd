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
     * Number of processes in pid namespaces below the one that {@code proc} shows, those included that were killed and wait for their
     * parent to take note: they count against a bound on processes.
     *
     * @param proc a mounted proc file system
     * @return 0 when it cannot be read
     */
    static int nested(Path proc) {
        int count = 0;
        try (var entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (var entry : entries) {
                count += isNested(entry) ? 1 : 0;
            }
        } catch (IOException | DirectoryIteratorException e) {
            return 0;
        }
        return count;
    }

    private static boolean isNested(Path process) {
        try {
            boolean nested = false;
            boolean dead = false;
            boolean adopted = false;
            for (var line : Files.readAllLines(process.resolve("status"), StandardCharsets.ISO_8859_1)) {
                var words = line.split("\\s+", -1);
                switch (words[0]) {
                    case "State:" -> dead = words[1].equals("Z");
                    case "PPid:" -> adopted = words[1].equals("1");
                    // its number here, and one in each namespace below
                    case "NSpid:" -> nested = words.length > 2;
                    default -> {}
                }
            }
            // One that came in from outside and lost its parent there is the holder's, which takes note only at its own
            // end.
            return nested && !(dead && adopted);
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
