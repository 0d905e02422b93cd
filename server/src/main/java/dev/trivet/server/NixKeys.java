package dev.trivet.server;

import dev.trivet.circus.product.StoreTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a runner is told of Nix.
 *
 * @param wanted whether it takes jobs for Nix where Nix is installed
 * @param sandboxRequired whether nothing is evaluated where no sandbox can be made
 * @param path where programs are looked for
 * @param store the one whose paths the server shows
 * @param environment what Nix finds in its environment beside that
 */
public record NixKeys(
        boolean wanted, boolean sandboxRequired, StoreTree store, String path, Map<String, String> environment) {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final String STORE = "/nix/store";
    private static final Path DAEMON = Path.of("/nix/var/nix/daemon-socket/socket");
    private static final Set<String> PASSED = Set.of(
            "http_proxy",
            "https_proxy",
            "no_proxy",
            "all_proxy",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "SSH_AUTH_SOCK",
            "TMPDIR");

    public NixKeys {
        environment = Map.copyOf(environment);
    }

    static NixKeys read(Configuration configuration, Map<String, String> environment) {
        boolean wanted = switch (configuration.text(Keys.NIX)) {
            case "auto" -> true;
            case "off" -> false;
            default -> throw configuration.wrong(Keys.NIX, "auto or off");
        };
        String sandbox = switch (configuration.text(Keys.NIX_SANDBOX)) {
            case "true", "false", "relaxed" -> configuration.text(Keys.NIX_SANDBOX);
            default -> throw configuration.wrong(Keys.NIX_SANDBOX, "true, false or relaxed");
        };
        Map<String, String> passed = new HashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith("NIX_") || PASSED.contains(name)) {
                passed.put(name, value);
            }
        });
        // The operator's own word comes last, and counts.
        passed.put("NIX_CONFIG", settings(sandbox) + environment.getOrDefault("NIX_CONFIG", ""));
        return new NixKeys(
                wanted,
                configuration.flag(Keys.SANDBOX_REQUIRED),
                store(configuration, environment),
                environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin") + ":/nix/var/nix/profiles/default/bin",
                passed);
    }

    private static StoreTree store(Configuration configuration, Map<String, String> environment) {
        String directory =
                configuration.optional(Keys.NIX_STORE_DIR).orElse(environment.getOrDefault("NIX_STORE_DIR", STORE));
        if (!directory.matches("(/[^/\\s]+)+")) {
            throw configuration.wrong(Keys.NIX_STORE_DIR, "a directory such as " + STORE);
        }
        return StoreTree.of(directory, environment.getOrDefault("NIX_REMOTE", ""));
    }

    private static String settings(String sandbox) {
        var settings = new StringBuilder("sandbox = " + sandbox + "\n");
        if (sandbox.equals("true") && Files.isExecutable(BUSYBOX)) {
            // Debian's Nix has no shell for its sandbox.
            settings.append("extra-sandbox-paths = /bin/sh=").append(BUSYBOX).append('\n');
        }
        if (System.getProperty("user.name", "").equals("root") && !Files.exists(DAEMON) && !hasBuildUsers()) {
            settings.append("build-users-group =\n");
        }
        return settings.toString();
    }

    private static boolean hasBuildUsers() {
        try {
            return new String(Files.readAllBytes(Path.of("/etc/group")), StandardCharsets.UTF_8)
                    .lines()
                    .anyMatch(line -> line.startsWith("nixbld:"));
        } catch (IOException unreadable) {
            return true;
        }
    }
}
