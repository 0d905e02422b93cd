package dev.trivet.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The real Nix on another machine, as it were: a store of its own that begins empty, with the same paths as the server's. Each call has a
 * home of its own, so that nothing of an earlier answer is remembered.
 */
final class NixClient {
    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private int calls;

    /** @param storeDirectory of the server's Nix */
    NixClient(Path directory, String storeDirectory) throws IOException {
        this.directory = Files.createDirectories(directory).toRealPath();
        Files.createDirectories(this.directory.resolve("conf"));
        Files.writeString(this.directory.resolve("conf/nix.conf"), """
                experimental-features = nix-command flakes
                build-users-group =
                substituters =
                require-sigs = true
                max-jobs = 0
                """);
        environment.put("PATH", System.getenv("PATH"));
        environment.put("NIX_STORE_DIR", storeDirectory);
        environment.put("NIX_CONF_DIR", this.directory.resolve("conf").toString());
    }

    /** How a call ended, and all that it said. */
    record Said(int code, String text) {}

    /** Where this store has a path. */
    Path file(String storePath) {
        return directory.resolve("root/nix/store").resolve(storePath.substring(storePath.lastIndexOf('/') + 1));
    }

    private String store() {
        return directory.resolve("root").toString();
    }

    /** Has a path and all that it refers to fetched from a cache. */
    Said substitute(String cache, String publicKey, String path) throws Exception {
        return run(
                "nix-store",
                "--store",
                store(),
                "--realise",
                path,
                "--option",
                "substituters",
                cache,
                "--option",
                "trusted-public-keys",
                publicKey);
    }

    /** Copies paths and all that they refer to from a cache. */
    Said copy(String cache, String publicKey, List<String> paths) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "nix", "copy", "--from", cache, "--to", store(), "--option", "trusted-public-keys", publicKey, "--"));
        command.addAll(paths);
        return run(command.toArray(String[]::new));
    }

    /** Compares everything in this store with what is signed of it. */
    Said verify(String publicKey) throws Exception {
        return run("nix", "store", "verify", "--store", store(), "--all", "--option", "trusted-public-keys", publicKey);
    }

    /** Whether this store knows a path. */
    boolean has(String path) throws Exception {
        return run("nix-store", "--store", store(), "--check-validity", path).code == 0;
    }

    Said run(String... command) throws Exception {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment()
                .put(
                        "HOME",
                        Files.createDirectories(directory.resolve("home" + calls++))
                                .toString());
        Process process = builder.start();
        process.getOutputStream().close();
        var said = CompletableFuture.supplyAsync(() -> {
            try {
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException failed) {
                return failed.toString();
            }
        });
        return new Said(process.waitFor(), said.get());
    }
}
