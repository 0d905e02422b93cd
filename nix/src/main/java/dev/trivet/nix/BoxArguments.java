package dev.trivet.nix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What bubblewrap is told for one evaluator: the system's programs, the store, a few files of {@code /etc}, what the evaluation reads, all
 * of it read-only; {@code /tmp} in memory; nothing else of the machine.
 */
final class BoxArguments {
    /** Its home, and where the daemon's socket and the settings are. */
    static final String HOME = "/tmp/home";

    static final String SOCKETS = "/run/nix";
    static final String SETTINGS = "/etc/nix";

    private static final List<String> PROGRAMS = List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");
    /** Names, certificates and where libraries are. {@code static} is what NixOS links to. */
    private static final List<String> ETC = List.of(
            "alternatives",
            "ca-certificates",
            "group",
            "ld.so.cache",
            "nsswitch.conf",
            "passwd",
            "pki",
            "ssl",
            "static");

    private static final List<String> ETC_OF_THE_NETWORK =
            List.of("gai.conf", "host.conf", "hosts", "protocols", "services");

    /** Where the operator says that certificates are. */
    private static final List<String> CERTIFICATES = List.of("NIX_SSL_CERT_FILE", "SSL_CERT_FILE", "SSL_CERT_DIR");

    private final List<String> arguments = new ArrayList<>();

    private BoxArguments() {}

    /**
     * All of them, without the program's name before and the command after them.
     *
     * @param settings a directory with {@code nix.conf}
     * @param sockets the directory of the daemon's socket
     * @param scratch bytes that it may write; 0 where this bubblewrap cannot bound them
     * @param uplink whether what reaches the network does so by an {@link Uplink}, and not as this machine
     */
    static List<String> of(Nix nix, Launch launch, Path settings, Path sockets, long scratch, boolean uplink)
            throws IOException {
        var box = new BoxArguments();
        box.namespaces(launch.network() && !uplink);
        box.system(launch.network());
        if (launch.network()) {
            // Ours, if there is one: the machine's may name a server on its loopback.
            box.add("--ro-bind", (uplink ? settings : Path.of("/etc")) + "/resolv.conf", "/etc/resolv.conf");
        }
        if (scratch > 0) {
            box.add("--size", Long.toString(scratch));
        }
        box.add("--tmpfs", "/tmp", "--dir", HOME);
        box.add("--ro-bind", settings.toString(), SETTINGS);
        box.add("--ro-bind", sockets.toString(), SOCKETS);
        Set<Path> shown = new LinkedHashSet<>();
        shown.add(nix.storeDirectory());
        shown.add(nix.directory());
        nix.evalJobs().map(Path::getParent).ifPresent(shown::add);
        for (Path path : launch.readable()) {
            shown.add(path);
            shown.add(path.toRealPath());
        }
        shown.addAll(searched(launch.environment().getOrDefault("NIX_PATH", "")));
        CERTIFICATES.forEach(name -> shown.addAll(searched(launch.environment().getOrDefault(name, ""))));
        // What is inside another one comes after it, or it would be hidden.
        shown.stream().sorted().filter(path -> !path.startsWith("/usr")).forEach(path -> box.show(path, path));
        box.add("--remount-ro", "/", "--chdir", launch.directory().toString(), "--");
        return box.arguments;
    }

    private void namespaces(boolean shared) {
        if (isRoot()) {
            add("--unshare-user-try");
        } else {
            // As root of its namespace: otherwise there would be a second one inside, into which no uplink gets.
            add("--unshare-user", "--uid", "0", "--gid", "0");
        }
        add("--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try");
        if (!shared) {
            add("--unshare-net");
        }
        add("--die-with-parent", "--new-session", "--hostname", "evaluation", "--cap-drop", "ALL");
    }

    private void system(boolean network) throws IOException {
        add("--ro-bind", "/usr", "/usr");
        if (Files.isDirectory(Path.of("/usr/local/etc"))) {
            add("--tmpfs", "/usr/local/etc");
        }
        for (String name : PROGRAMS) {
            Path path = Path.of("/", name);
            if (Files.isSymbolicLink(path)) {
                add("--symlink", Files.readSymbolicLink(path).toString(), path.toString());
            } else if (Files.isDirectory(path)) {
                show(path, path);
            }
        }
        add("--proc", "/proc", "--dev", "/dev");
        List<String> etc = new ArrayList<>(ETC);
        if (network) {
            etc.addAll(ETC_OF_THE_NETWORK);
        }
        etc.forEach(name -> add("--ro-bind-try", "/etc/" + name, "/etc/" + name));
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException unknown) {
            return false;
        }
    }

    /** What is there of a path to search, as {@code NIX_PATH} is one, with names before its entries. */
    private static List<Path> searched(String path) {
        return Stream.of(path.split(":", -1))
                .map(entry -> entry.replaceFirst("^[^=]*=", ""))
                .filter(entry -> entry.startsWith("/") && Files.exists(Path.of(entry)))
                .map(Path::of)
                .toList();
    }

    private void show(Path source, Path target) {
        add("--ro-bind", source.toString(), target.toString());
    }

    private void add(String... more) {
        arguments.addAll(List.of(more));
    }
}
