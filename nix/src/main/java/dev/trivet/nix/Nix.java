package dev.trivet.nix;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Nix that is installed here. Immutable, thread-safe.
 *
 * @param directory where its programs are
 * @param version such as {@code 2.8.0}
 * @param storeDirectory where its store is
 * @param evalJobs the program {@code nix-eval-jobs}, where there is one
 * @param environment everything that its processes find in theirs
 */
public record Nix(
        Path directory, String version, Path storeDirectory, Optional<Path> evalJobs, Map<String, String> environment) {
    private static final System.Logger LOG = System.getLogger(Nix.class.getName());
    private static final Set<String> MEANT_FOR_IT = Set.of(
            "NIX_CONF_DIR",
            "NIX_DAEMON_SOCKET_PATH",
            "NIX_LOG_DIR",
            "NIX_PATH",
            "NIX_REMOTE",
            "NIX_SSHOPTS",
            "NIX_SSL_CERT_FILE",
            "NIX_STATE_DIR",
            "NIX_STORE_DIR",
            "SSH_AUTH_SOCK",
            "all_proxy",
            "http_proxy",
            "https_proxy",
            "no_proxy");

    private static final Pattern VERSION = Pattern.compile("\\(Nix\\) (\\S+)");
    private static final long PATIENCE_SECONDS = 30;

    public Nix {
        Objects.requireNonNull(directory, "directory is null");
        Objects.requireNonNull(version, "version is null");
        Objects.requireNonNull(storeDirectory, "storeDirectory is null");
        Objects.requireNonNull(evalJobs, "evalJobs is null");
        environment = Map.copyOf(environment);
    }

    /**
     * Looks for it.
     *
     * @param path the directories to look in, separated by colons
     * @param more variables for its processes, such as {@code NIX_CONF_DIR}; nothing else of the caller's environment reaches them
     * @throws NixException if there is none, or it does not run
     */
    public static Nix find(String path, Map<String, String> more) {
        Path program = program("nix", path)
                .orElseThrow(() -> new NixException("nix is not installed: install it (apt-get install nix-bin, or"
                        + " https://nixos.org/download) on the machine of the runner"));
        Path directory = Objects.requireNonNull(program.getParent(), "a program without a directory");
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", path);
        environment.put("HOME", System.getProperty("user.home"));
        environment.put("LANG", "C.UTF-8");
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.putAll(more);
        Matcher version = VERSION.matcher(say(List.of(program.toString(), "--version"), environment));
        if (!version.find()) {
            throw new NixException(program + " --version does not say which version it is");
        }
        String store = say(
                        List.of(directory.resolve("nix-instantiate").toString(), "--eval", "-E", "builtins.storeDir"),
                        environment)
                .strip()
                .replace("\"", "");
        if (!store.startsWith("/")) {
            throw new NixException("Nix does not say where its store is: it said " + store);
        }
        return new Nix(directory, version.group(1), Path.of(store), program("nix-eval-jobs", path), environment);
    }

    /**
     * The one of this process, if there is one that runs.
     *
     * @param environment of this process; of it only what is meant for Nix reaches its processes
     */
    public static Optional<Nix> here(Map<String, String> environment) {
        String path = environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        if (program("nix", path).isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> meant = new HashMap<>(environment);
        meant.keySet().retainAll(MEANT_FOR_IT);
        try {
            return Optional.of(find(path, meant));
        } catch (NixException broken) {
            LOG.log(System.Logger.Level.WARNING, "Nix is not used: {0}", broken.getMessage());
            return Optional.empty();
        }
    }

    /** Where it keeps what it knows of its store. */
    Path stateDirectory() {
        String named = environment.get("NIX_STATE_DIR");
        return named != null ? Path.of(named) : storeDirectory.resolveSibling("var/nix");
    }

    /** One of its programs. */
    String program(String name) {
        return directory.resolve(name).toString();
    }

    /** A program by its name, in the first of these directories that has it. */
    static Optional<Path> program(String name, String path) {
        for (String directory : path.split(":", -1)) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, name))) {
                return Optional.of(Path.of(directory, name));
            }
        }
        return Optional.empty();
    }

    private static String say(List<String> command, Map<String, String> environment) {
        var builder = new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            try (InputStream output = process.getInputStream()) {
                String said = new String(output.readNBytes(1 << 16), StandardCharsets.UTF_8);
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    throw new NixException(String.join(" ", command) + " failed: " + said.strip());
                }
                return said;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException failed) {
            throw new NixException(command.getFirst() + " cannot be run: " + failed.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NixException("interrupted while looking for Nix");
        }
    }
}
