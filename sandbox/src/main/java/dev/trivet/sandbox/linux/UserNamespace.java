package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.Probe;
import dev.trivet.sandbox.SandboxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How this process becomes root of a user namespace of its own, in which images are unpacked, overlays mounted and sandboxes run.
 * Files on disk belong to the ids of that map. Immutable.
 */
public final class UserNamespace {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Succeeds when this process is root of a namespace with many user and group ids. */
    private static final String COUNT_IDS = """
            for map in uid_map gid_map; do
              n=0
              while read -r inner outer count; do n=$((n + count)); done < /proc/self/$map
              [ $n -gt 1000 ] || { echo "only $n ids in $map"; exit 1; }
            done
            [ "$(id -u):$(id -g)" = 0:0 ]
            """;

    private final Map map;
    private final String unshare;
    private final List<String> prefix;
    private final String seen;

    private UserNamespace(Map map, String unshare, List<String> prefix, String seen) {
        this.unshare = unshare;
        this.map = map;
        this.prefix = List.copyOf(prefix);
        this.seen = seen;
    }

    /** Which ids there are inside. */
    public enum Map {
        /**
         * 0 to 65535 are the host's own: for a server that runs as root. The host's userland can be a lower directory as it is, and
         * capabilities still reach no further than the namespace.
         */
        IDENTITY,
        /** Root is the calling user, 1 and up come from its {@code /etc/subuid} range. */
        RANGE,
        /** Only root exists, and is the calling user: no package installs, no {@code chown}, no {@code su}. */
        SINGLE
    }

    /**
     * Finds out, by really doing it, what is possible here.
     *
     * @param directory a folder of the data directory for two small scripts (used when running as root)
     * @throws SandboxException when not even a one-id namespace can be made; the message tells what to do
     */
    public static UserNamespace detect(Path directory, Programs programs) throws SandboxException {
        Objects.requireNonNull(directory, "directory is null");
        var unshare =
                programs.find("unshare").orElseThrow(() -> refused("there is no unshare program: install util-linux"));
        String why;
        if (isRoot()) {
            var prefix = identity(directory, unshare, programs);
            var result = tryOut(prefix);
            if (result.ok()) {
                return new UserNamespace(Map.IDENTITY, unshare, prefix, "ids 0 to 65535 are the host's");
            }
            why = result.brief();
        } else {
            var prefix = List.of(
                    unshare, "--user", "--map-auto", "--map-root-user", "--mount", "--propagation", "private", "--");
            var result = tryOut(prefix);
            if (result.ok()) {
                return new UserNamespace(Map.RANGE, unshare, prefix, "a range of /etc/subuid");
            }
            why = result.brief();
        }
        var single = List.of(unshare, "--user", "--map-root-user", "--mount", "--propagation", "private", "--");
        var result = Subprocess.run(join(single, List.of("/bin/sh", "-c", "exit 0")), TIMEOUT);
        if (result.ok()) {
            return new UserNamespace(Map.SINGLE, unshare, single, why);
        }
        throw refused("no user namespace can be made (" + result.brief() + "): " + remedy());
    }

    /** The map that was found possible. */
    public Map map() {
        return map;
    }

    /**
     * The argument vector that runs {@code arguments} as root of a new user namespace with a private copy of the mounts. Mounts made
     * inside end with it. The program should be named by its absolute path.
     */
    public List<String> command(List<String> arguments) {
        return join(prefix, arguments);
    }

    /**
     * The same with a pid namespace, whose first process is the program and in which {@code /proc} is mounted. The outer process
     * waits for the program's end, and the program dies with the outer process. Where {@link #asksForMaps} is true, the program
     * has no id until {@link #writeMaps}.
     */
    List<String> holderCommand(List<String> arguments) {
        var all = new ArrayList<String>();
        all.add(unshare);
        all.addAll(
                switch (map) {
                    case IDENTITY -> List.of("--user");
                    case RANGE -> List.of("--user", "--map-auto", "--map-root-user");
                    case SINGLE -> List.of("--user", "--map-root-user");
                });
        all.addAll(List.of(
                "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc", "--"));
        all.addAll(arguments);
        return List.copyOf(all);
    }

    /** Whether the maps are written from outside: quicker than by scripts, and possible for root only. */
    boolean asksForMaps() {
        return map == Map.IDENTITY;
    }

    /** Writes the maps of a process of ours that has made a user namespace. */
    static void writeMaps(long pid) throws IOException {
        for (var file : List.of("gid_map", "uid_map")) {
            Files.write(Path.of("/proc/" + pid, file), "0 0 65536\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** For the table of {@code trivet doctor}. */
    public Probe.Check check() {
        return switch (map) {
            case IDENTITY, RANGE -> new Probe.Check("user namespace with many ids", true, seen, null);
            case SINGLE -> new Probe.Check("user namespace with many ids", false, seen, rangeRemedy());
        };
    }

    static boolean isRoot() {
        return ownUid() == 0;
    }

    private static long ownUid() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            return -1;
        }
    }

    /** As root no range of {@code /etc/subuid} is needed, but {@code newuidmap} insists on one: scripts of ours stand in for it. */
    private static List<String> identity(Path directory, String unshare, Programs programs) throws SandboxException {
        try {
            Files.createDirectories(directory);
            script(directory.resolve("newuidmap"), "uid_map");
            script(directory.resolve("newgidmap"), "gid_map");
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Reason.INFRASTRUCTURE, "cannot write to " + directory + ": " + e, e);
        }
        var env = programs.find("env").orElse("/usr/bin/env");
        return List.of(
                env,
                "PATH=" + directory.toAbsolutePath() + ":" + Programs.PATH,
                unshare,
                "--user",
                "--map-users=0,0,65536",
                "--map-groups=0,0,65536",
                "--setuid=0",
                "--setgid=0",
                "--mount",
                "--propagation",
                "private",
                "--");
    }

    private static void script(Path file, String map) throws IOException {
        var text =
                "#!/bin/sh\n# $1 = process, then inner id, outer id, count\nprintf '%s %s %s\\n' \"$2\" \"$3\" \"$4\" > \"/proc/$1/"
                        + map + "\"\n";
        if (Files.exists(file) && Files.readString(file).equals(text) && Files.isExecutable(file)) {
            return;
        }
        var fresh = Files.createTempFile(file.getParent(), "map", ".new");
        Files.write(fresh, text.getBytes(StandardCharsets.UTF_8));
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Subprocess.Result tryOut(List<String> prefix) {
        return Subprocess.run(join(prefix, List.of("/bin/sh", "-c", COUNT_IDS)), TIMEOUT);
    }

    private static String rangeRemedy() {
        var user = System.getProperty("user.name");
        return "install newuidmap (Debian: uidmap) and run as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "
                + user;
    }

    private static @Nullable String read(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            return null;
        }
    }

    private static String remedy() {
        if ("1".equals(read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"))) {
            return "run as root: sysctl kernel.apparmor_restrict_unprivileged_userns=0";
        }
        if ("0".equals(read("/proc/sys/kernel/unprivileged_userns_clone"))) {
            return "run as root: sysctl kernel.unprivileged_userns_clone=1";
        }
        if ("0".equals(read("/proc/sys/user/max_user_namespaces"))) {
            return "run as root: sysctl user.max_user_namespaces=10000";
        }
        return "allow user namespaces on this host (in a container: allow the unshare system call)";
    }

    private static SandboxException refused(String message) {
        return new SandboxException(SandboxException.Reason.UNSUPPORTED, message);
    }

    private static List<String> join(List<String> first, List<String> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}
