package dev.trivet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of a process, as the kernel counts it. */
final class ResidentMemory {
    private static final String LINE = "VmRSS:";
    private static final long KIB = 1024;

    private ResidentMemory() {}

    /** Bytes of the process that are in memory. */
    static long of(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith(LINE)) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB;
            }
        }
        throw new IOException("process " + pid + " has no memory: it has ended");
    }
}
