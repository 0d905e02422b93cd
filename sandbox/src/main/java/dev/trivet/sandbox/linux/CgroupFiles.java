package dev.trivet.sandbox.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes the files of control groups. */
final class CgroupFiles {
    /** Processes of ours beside the job's: holder, network, one or two for each command that is being entered. */
    static final int OWN_PROCESSES = 16;

    private static final Logger log = LoggerFactory.getLogger(CgroupFiles.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private CgroupFiles() {}

    static void write(Path file, String value) throws IOException {
        Files.write(file, value.getBytes(StandardCharsets.US_ASCII));
    }

    /** The number in a file, or 0. */
    static long number(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    /** The number after a word at the start of a line, or 0. */
    static long field(Path file, String word) {
        try {
            for (var line : Files.readAllLines(file)) {
                if (line.startsWith(word + " ")) {
                    return Long.parseLong(line.substring(word.length() + 1).strip());
                }
            }
        } catch (IOException | NumberFormatException e) {
            log.debug("{} cannot be read: {}", file, e.toString());
        }
        return 0;
    }

    /** Kills the processes of a group and of those below it. */
    static void killAll(Path group) {
        for (var below : tree(group)) {
            try {
                for (var pid : Files.readAllLines(below.resolve("cgroup.procs"))) {
                    ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly);
                }
            } catch (IOException e) {
                log.debug("{} cannot be read: {}", below, e.toString());
            }
        }
    }

    /** Removes a group and those below it; waits up to two seconds for processes that are just ending. */
    static void remove(Path group) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (var below : tree(group)) {
            while (true) {
                try {
                    Files.deleteIfExists(below);
                    break;
                } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                    break;
                } catch (IOException e) {
                    // The kernel answers EBUSY while a last process is leaving.
                    if (System.nanoTime() > deadline) {
                        log.warn("control group {} stays behind: {}", below, e.toString());
                        break;
                    }
                    LockSupport.parkNanos(2_000_000);
                }
            }
        }
    }

    /** The group and all below it, deepest first. */
    static List<Path> tree(Path group) {
        var all = new ArrayList<Path>();
        if (Files.isDirectory(group)) {
            try (var found = Files.list(group)) {
                found.filter(Files::isDirectory).forEach(below -> all.addAll(tree(below)));
            } catch (IOException e) {
                log.debug("{} cannot be read: {}", group, e.toString());
            }
            all.add(group);
        }
        return all;
    }
}
