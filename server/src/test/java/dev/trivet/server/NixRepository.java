package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A repository of git for jobs of Nix, beside a store of a test's own: nothing of the machine's is touched. */
final class NixRepository {
    private final Path directory;
    private final Path repository;

    NixRepository(Path directory) throws IOException {
        this(directory, "repository");
    }

    /** @param name of the repository; those of one directory share the store */
    NixRepository(Path directory, String name) throws IOException {
        this.directory = directory.toRealPath();
        this.repository = Files.createDirectories(this.directory.resolve(name));
        Files.createDirectories(this.directory.resolve("conf"));
        Files.writeString(this.directory.resolve("conf/nix.conf"), """
                experimental-features = nix-command flakes
                build-users-group =
                substituters =
                """);
        git("init", "-q", "-b", "main");
    }

    /** What a server needs in its environment to use the store and the repository. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", System.getenv("PATH"));
        for (String name : List.of("STORE", "STATE", "LOG")) {
            environment.put("NIX_" + name + "_DIR", directory.resolve(name).toString());
        }
        environment.put("NIX_CONF_DIR", directory.resolve("conf").toString());
        environment.put("TRIVET_EVALUATOR_MAX_CONCURRENT_EVALS", "4");
        environment.put("TRIVET_NIX_SANDBOX", "false");
        environment.put("TRIVET_SERVER_ALLOWED_URL_SCHEMES", "file,https");
        return environment;
    }

    String url() {
        return "file://" + repository;
    }

    Path path() {
        return repository;
    }

    /** Commits a file; answers the commit. */
    String commit(String file, String text) throws Exception {
        Path path = repository.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        git("add", "-A");
        git("-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "-m", "x");
        return git("rev-parse", "HEAD");
    }

    /** Runs git in the repository; answers what it says. */
    String git(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor()).as(said).isZero();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return said.strip();
    }

    /** A derivation that runs a shell script. */
    static String job(String name, String script) {
        return "derivation { name = \"" + name
                + "\"; system = \"x86_64-linux\"; builder = \"/bin/sh\"; args = [ \"-c\" \""
                + ("PATH=/usr/bin:/bin; " + script).replace("\\", "\\\\").replace("\"", "\\\"") + "\" ]; }";
    }
}
