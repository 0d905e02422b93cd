package dev.trivet.nix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    /** What of {@code nix.conf} in this directory an evaluator needs, with what it includes. */
    static String of(Path directory) {
        List<String> kept = new ArrayList<>();
        read(directory.resolve("nix.conf"), kept, 0);
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
            String plain = line.replaceFirst("#.*", "").strip();
            String[] words = plain.split("\\s+", 3);
            if (words.length == 2 && words[0].matches("!?include") && depth < DEEPEST) {
                read(file.resolveSibling(words[1]), kept, depth + 1);
            } else if (words.length > 1 && words[1].equals("=") && NEEDED.contains(words[0])) {
                kept.add(plain);
            }
        }
    }
}
