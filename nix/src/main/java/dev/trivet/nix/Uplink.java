package dev.trivet.nix;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The way out of an evaluator's network namespace, by slirp4netns: other machines are reached, services on this one's loopback are not.
 * Immutable, thread-safe.
 *
 * @param program slirp4netns
 * @param resolvConf what the evaluator finds as {@code resolv.conf}
 */
record Uplink(Path program, String resolvConf) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final List<String> RESOLVERS = List.of("/etc/resolv.conf", "/run/systemd/resolve/resolv.conf");

    Uplink {
        Objects.requireNonNull(program, "program is null");
        Objects.requireNonNull(resolvConf, "resolvConf is null");
    }

    /** What there is on this machine. */
    static Optional<Uplink> find(String path) {
        Optional<Path> program = Nix.program("slirp4netns", path);
        List<String> resolver = resolver();
        return program.filter(_ -> !resolver.isEmpty() && tunnels())
                .map(found -> new Uplink(found, String.join("\n", resolver) + "\n"));
    }

    private static boolean tunnels() {
        try (var device = new FileInputStream("/dev/net/tun")) {
            return device.getFD().valid();
        } catch (IOException refused) {
            return false;
        }
    }

    /** Empty if every name server is on the loopback, which is out of reach. */
    private static List<String> resolver() {
        for (String file : RESOLVERS) {
            List<String> kept = new ArrayList<>();
            boolean served = false;
            try {
                for (String line : Files.readAllLines(Path.of(file))) {
                    String[] words = line.strip().split("\\s+", -1);
                    boolean server = words.length > 1 && words[0].equals("nameserver") && !isLoopback(words[1]);
                    served |= server;
                    if (server || words[0].equals("search") || words[0].equals("options")) {
                        kept.add(line.strip());
                    }
                }
            } catch (IOException absent) {
                continue;
            }
            if (served) {
                return kept;
            }
        }
        return List.of();
    }

    private static boolean isLoopback(String address) {
        return address.startsWith("127.") || address.equals("::1") || address.startsWith("0.");
    }

    /**
     * Connects a sandbox, and returns when it is. The answered process keeps it connected; it ends with this one.
     *
     * @param bwrap bubblewrap, whose only child has the namespace
     * @throws IOException if that does not work
     */
    Process connect(Spawner spawner, Process bwrap) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Optional<ProcessHandle> inside = Optional.empty();
        while (inside.isEmpty()) {
            if (!bwrap.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("the sandbox has ended before it was connected");
            }
            inside = bwrap.children().findFirst();
            LockSupport.parkNanos(500_000);
        }
        var builder = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "exec \"$@\" 3>&1 >/dev/null",
                        "sh",
                        program.toString(),
                        "--configure",
                        "--mtu=65520",
                        "--disable-host-loopback",
                        "--disable-dns",
                        "--ready-fd=3",
                        "--exit-fd=0",
                        Long.toString(inside.get().pid()),
                        "tap0")
                .redirectErrorStream(false);
        builder.environment().clear();
        Process process = spawner.start(builder);
        try {
            // Without it, a silent program would be waited for in vain.
            try (var late = new Deadline(process, PATIENCE)) {
                if (process.getInputStream().read() != '1') {
                    throw new IOException(
                            "slirp4netns " + (late.passed() ? "is not ready in time" : complaint(process)));
                }
            }
            return process;
        } catch (IOException failed) {
            Ending.now(process);
            throw failed;
        }
    }

    private static String complaint(Process process) throws IOException {
        try {
            var _ = process.waitFor(1, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return "fails: " + Words.end(new String(process.getErrorStream().readNBytes(1000), StandardCharsets.UTF_8));
    }
}
