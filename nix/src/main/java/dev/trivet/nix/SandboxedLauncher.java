package dev.trivet.nix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts evaluators by bubblewrap: in namespaces of their own, with nothing of this machine but programs, the store and what they
 * evaluate, all read-only, and with a fresh environment. They write derivations by a {@link StoreDaemon}. When such a process is killed,
 * or this one ends in whatever way, everything that it has started is killed too.
 */
public final class SandboxedLauncher implements Launcher {
    private static final System.Logger LOG = System.getLogger(SandboxedLauncher.class.getName());
    private static final long SCRATCH = 1L << 30;
    private static final long PATIENCE_SECONDS = 30;
    private static final String USUAL_PATH = "/usr/bin:/bin";
    /** Until there is a network. */
    private static final String WAIT =
            "while ! [ -e " + BoxArguments.SETTINGS + "/connected ]; do sleep 0.01; done; exec \"$@\"";

    private static final String REMEDY = "install bubblewrap (apt-get install bubblewrap) and allow user namespaces";

    /** What of its environment an evaluator finds in the sandbox. */
    private static final Set<String> KEPT = Set.of(
            "GIT_TERMINAL_PROMPT",
            "LANG",
            "LC_ALL",
            "NIX_LOG_DIR",
            "NIX_PATH",
            "NIX_SSL_CERT_FILE",
            "NIX_STATE_DIR",
            "NIX_STORE_DIR",
            "PATH",
            "SSL_CERT_DIR",
            "SSL_CERT_FILE",
            "TZ");

    private static final Set<String> PROXIES = Set.of("all_proxy", "http_proxy", "https_proxy", "no_proxy");

    private final Nix nix;
    private final Path bwrap;
    private final Path work;
    private final long scratch;
    private final Optional<Uplink> uplink;
    private final Spawner spawner = new Spawner();

    private SandboxedLauncher(Nix nix, Path bwrap, Path work, long scratch) {
        this.uplink = Uplink.find(nix.environment().getOrDefault("PATH", USUAL_PATH));
        this.nix = nix;
        this.bwrap = bwrap;
        this.work = work;
        this.scratch = scratch;
    }

    /**
     * Tries it out.
     *
     * @param work a directory for sockets and settings
     * @throws NixException if no sandbox can be made here; the message says why
     */
    public static SandboxedLauncher of(Nix nix, Path work) {
        Objects.requireNonNull(nix, "nix is null");
        Objects.requireNonNull(work, "work is null");
        Path bwrap = Nix.program("bwrap", nix.environment().getOrDefault("PATH", USUAL_PATH))
                .orElseThrow(() -> new NixException("there is no bwrap"));
        try {
            Files.createDirectories(work);
            // Older ones do not know the bound.
            boolean bounds =
                    said(new ProcessBuilder(bwrap.toString(), "--help").start()).contains("--size");
            var launcher = new SandboxedLauncher(nix, bwrap, work, bounds ? SCRATCH : 0);
            String version = said(launcher.start(Launch.of(
                    List.of("/bin/sh", "-c", "exec \"$@\" 2>&1", "sh", nix.program("nix"), "--version"),
                    nix.environment(),
                    Path.of("/"))));
            if (!version.contains(nix.version())) {
                throw new NixException("bwrap fails: " + Words.end(version));
            }
            if (launcher.uplink.isEmpty()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "flakes that are evaluated reach services on this machine's loopback: install slirp4netns, let this"
                                + " user open /dev/net/tun, and name a DNS server that is not on the loopback");
            }
            return launcher;
        } catch (IOException failed) {
            throw new NixException("bwrap cannot be used: " + failed.getMessage());
        }
    }

    /**
     * The same, or this machine as it is, with a warning, where no sandbox can be made.
     *
     * @param required whether that is an error instead
     * @throws NixException if it is required and cannot be made
     */
    public static Launcher orHost(Nix nix, Path work, boolean required) {
        try {
            return of(nix, work);
        } catch (NixException impossible) {
            String why = "no sandbox for the evaluation of Nix expressions (" + impossible.getMessage() + ")";
            if (required) {
                throw new NixException(why + ": " + REMEDY);
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: they are evaluated on this machine as it is, and what restrict_eval does not hold back reads its"
                            + " files; {1}",
                    why,
                    REMEDY);
            return HOST;
        }
    }

    @Override
    public Process start(Launch launch) throws IOException {
        Path directory = Files.createTempDirectory(work, "box");
        StoreDaemon daemon = null;
        try {
            Path settings = Files.createDirectory(directory.resolve("settings"));
            Files.writeString(settings.resolve("nix.conf"), EvaluatorSettings.of(nix.environment()));
            daemon = StoreDaemon.open(nix, spawner, Files.createDirectory(directory.resolve("sockets")));
            boolean connected = launch.network() && uplink.isPresent();
            if (connected) {
                Files.writeString(settings.resolve("resolv.conf"), uplink.get().resolvConf());
            }
            Launch inside = connected ? launch.behind(List.of("/bin/sh", "-c", WAIT, "sh")) : launch;
            Process process = spawner.start(builder(inside, settings, daemon.socket(), connected));
            StoreDaemon opened = daemon;
            Process way = connected ? connect(process, settings) : null;
            Thread.ofVirtual().start(() -> clean(process, directory, opened, way));
            return process;
        } catch (IOException | RuntimeException failed) {
            if (daemon != null) {
                daemon.close();
            }
            delete(directory);
            throw failed;
        }
    }

    private Process connect(Process process, Path settings) throws IOException {
        try {
            Process way = uplink.orElseThrow().connect(spawner, process);
            Files.createFile(settings.resolve("connected"));
            return way;
        } catch (IOException failed) {
            Ending.now(process);
            throw failed;
        }
    }

    private ProcessBuilder builder(Launch launch, Path settings, Path socket, boolean connected) throws IOException {
        Path sockets = Objects.requireNonNull(socket.getParent(), "a socket without a directory");
        List<String> command = new ArrayList<>(List.of(bwrap.toString()));
        command.addAll(BoxArguments.of(nix, launch, settings, sockets, scratch, connected));
        command.addAll(launch.command());
        var builder = new ProcessBuilder(command);
        // Bubblewrap itself keeps what it was started with, and can be looked at from inside.
        builder.environment().clear();
        builder.environment().putAll(environment(launch, BoxArguments.SOCKETS + "/" + socket.getFileName()));
        return builder;
    }

    private static Map<String, String> environment(Launch launch, String socket) {
        Map<String, String> environment = new HashMap<>();
        launch.environment().forEach((name, value) -> {
            if (KEPT.contains(name)) {
                environment.put(name, value);
            }
        });
        if (launch.network()) {
            // With a password in it, it stays outside.
            launch.environment().forEach((name, value) -> {
                if (PROXIES.contains(name) && !value.contains("@")) {
                    environment.put(name, value);
                }
            });
        }
        environment.put("HOME", BoxArguments.HOME);
        environment.put("NIX_CONF_DIR", BoxArguments.SETTINGS);
        environment.put("NIX_REMOTE", "daemon");
        environment.put("NIX_DAEMON_SOCKET_PATH", socket);
        return environment;
    }

    private static void clean(Process process, Path directory, StoreDaemon daemon, @Nullable Process way) {
        process.onExit().join();
        if (way != null) {
            Ending.now(way);
        }
        daemon.close();
        delete(directory);
    }

    private static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException left) {
            LOG.log(System.Logger.Level.DEBUG, "{0} could not be removed: {1}", directory, left.getMessage());
        }
    }

    private static String said(Process process) throws IOException {
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readNBytes(1 << 16), StandardCharsets.UTF_8)
                    + new String(process.getErrorStream().readNBytes(1 << 12), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("it does not end");
            }
            return said;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            Ending.now(process);
        }
    }
}
