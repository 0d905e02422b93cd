package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Puts into a new writable layer what belongs to this sandbox and not to its image, before anything is mounted or runs. */
final class GuestFiles {
    private GuestFiles() {}

    static void write(Box box, SandboxSpec spec, String resolvConf) throws IOException {
        for (int i = 0; i < box.trees().size(); i++) {
            mode(box.upper().resolve(String.valueOf(i)), 0755);
        }
        for (var mountPoint : List.of("proc", "sys", "dev", "run")) {
            if (hasNone(box, mountPoint)) {
                directory(box.upper().resolve("0/" + mountPoint), 0755);
            }
        }
        if (hasNone(box, "tmp")) {
            directory(box.upper().resolve("0/tmp"), 01777);
        }
        var etc = etc(box);
        file(etc.resolve("hostname"), spec.hostname() + "\n");
        file(
                etc.resolve("hosts"),
                "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\t" + spec.hostname()
                        + "\n");
        file(etc.resolve("resolv.conf"), resolvConf);
    }

    /** Folders in memory that all commands of a sandbox share where the runtime does not make them itself. */
    static void shared(Path state) throws IOException {
        directory(state.resolve("run"), 0755);
        directory(state.resolve("shm"), 01777);
    }

    private static Path etc(Box box) throws IOException {
        for (int i = 0; i < box.trees().size(); i++) {
            if (box.trees().get(i).at().equals("etc")) {
                return box.upper().resolve(String.valueOf(i));
            }
        }
        var etc = box.upper().resolve("0/etc");
        directory(etc, 0755);
        return etc;
    }

    private static boolean hasNone(Box box, String at) {
        return box.trees().stream().noneMatch(tree -> tree.at().equals(at));
    }

    private static void directory(Path path, int mode) throws IOException {
        Files.createDirectory(path);
        mode(path, mode);
    }

    /** The umask of the server must not matter. */
    private static void mode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }

    private static void file(Path path, String text) throws IOException {
        Files.writeString(path, text);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    }
}
