package dev.trivet.nix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The settings of this machine's Nix that an evaluator needs. Everything else stays out of its sandbox: settings hold credentials
 * ({@code access-tokens}), and an expression can read the file.
 */
final class EvaluatorSettings {
    private static final int DEEPEST = 5;

    private static final Set<String> NEEDED = Set.of(
            "accept-flake-config",
            "allow-import-from-derivation",
            "allowed-uris",
            "connect-timeout",
            "download-attempts",
            "experimental-features",
            "extra-allowed-uris",
            "extra-experimental-features",
            "extra-platforms",
            "flake-registry",
            "http-connections",
            "http2",
            "max-call-depth",
            "restrict-eval",
            "stalled-download-timeout",
            "system",
            "tarball-ttl",
            "use-registries");

    private EvaluatorSettings() {}

    /**
     * What an evaluator needs of {@code nix.conf} and all that this includes, and of {@code NIX_CONFIG}, which counts more.
     *
     * @param environment that of Nix
     */
    static String of(Map<String, String> environment) {
        List<String> kept = new ArrayList<>();
        read(Path.of(environment.getOrDefault("NIX_CONF_DIR", "/etc/nix"), "nix.conf"), kept, 0);
        environment.getOrDefault("NIX_CONFIG", "").lines().forEach(line -> keep(line, kept));
        return String.join("\n", kept) + "\n";
    }

    private static void read(Path file, List<String> kept, int depth) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException absent) {
            return;
        }
        for (String line : lines) {
            String[] words = plain(line).split("\\s+", -1);
            if (words.length == 2 && words[0].matches("!?include") && depth < DEEPEST) {
                read(file.resolveSibling(words[1]), kept, depth + 1);
            } else {
                keep(line, kept);
            }
        }
    }

    private static void keep(String line, List<String> kept) {
        String[] words = plain(line).split("\\s+", 3);
        if (words.length > 1 && words[1].equals("=") && NEEDED.contains(words[0])) {
            kept.add(plain(line));
        }
    }

    private static String plain(String line) {
        return line.replaceFirst("#.*", "").strip();
    }
}
