package dev.trivet.sandbox.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks on the host for what a sandbox may have left. */
final class Leftovers {
    private Leftovers() {}

    /** Processes that name the store in their arguments or are in a group of its. */
    static List<String> processes(Path store) {
        var found = new ArrayList<String>();
        var id = id(store);
        long self = ProcessHandle.current().pid();
        ProcessHandle.allProcesses().filter(process -> process.pid() != self).forEach(process -> {
            var folder = Path.of("/proc/" + process.pid());
            var arguments = read(folder.resolve("cmdline")).replace('\0', ' ');
            boolean java = arguments.contains("java");
            if ((!java && arguments.contains(store.toString()))
                    || read(folder.resolve("cgroup")).contains(id)) {
                found.add(process.pid() + " " + arguments);
            }
        });
        return found;
    }

    /** Mounts of the host's own namespace below the store. */
    static List<String> mounts(Path store) {
        return read(Path.of("/proc/self/mountinfo"))
                .lines()
                .filter(line -> line.contains(store.toString()))
                .toList();
    }

    /** Control groups that carry the store's name, but for their common parents. */
    static List<String> groups(Path store) throws IOException {
        var id = id(store);
        var found = new ArrayList<String>();
        try (var tree = Files.walk(Path.of("/sys/fs/cgroup"))) {
            for (var path : tree.filter(Files::isDirectory).toList()) {
                if (path.toString().contains(id) && !path.endsWith("trivet-" + id)) {
                    found.add(path.toString());
                }
            }
        }
        return found;
    }

    static List<String> files(Path directory) throws IOException {
        try (var found = Files.list(directory)) {
            return found.map(Path::toString).toList();
        }
    }

    /** Namespaces of a kind that processes of this machine are in. */
    static Set<String> namespaces(String kind) {
        var found = new HashSet<String>();
        ProcessHandle.allProcesses().forEach(process -> {
            try {
                found.add(Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/ns/" + kind))
                        .toString());
            } catch (IOException e) {
                // it has just ended, or belongs to somebody else
            }
        });
        return found.stream().collect(Collectors.toUnmodifiableSet());
    }

    private static String id(Path store) {
        return read(store.resolve("id")).strip();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
