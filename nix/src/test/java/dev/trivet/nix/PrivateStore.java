package dev.trivet.nix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A store of a test's own: nothing of the machine's is touched. */
final class PrivateStore {
    final Path directory;
    final Nix nix;

    PrivateStore(Path directory) throws IOException {
        this.directory = directory.toRealPath();
        Files.createDirectories(this.directory.resolve("conf"));
        Files.createDirectories(this.directory.resolve("src"));
        Files.writeString(this.directory.resolve("conf/nix.conf"), """
                experimental-features = nix-command flakes
                sandbox = false
                build-users-group =
                substituters =
                """);
        Map<String, String> environment = new HashMap<>();
        for (String name : new String[] {"STORE", "STATE", "LOG"}) {
            environment.put("NIX_" + name + "_DIR", this.directory.resolve(name).toString());
        }
        environment.put("NIX_CONF_DIR", this.directory.resolve("conf").toString());
        environment.put("HOME", this.directory.resolve("home").toString());
        this.nix = Nix.find("/usr/local/bin:/usr/bin:/bin", environment);
    }

    /** A repository with this {@code default.nix}; answers its directory. */
    Path source(String expression) {
        return source("default.nix", expression);
    }

    Path source(String file, String text) {
        try {
            Path source = directory.resolve("src");
            Files.writeString(source.resolve(file), text);
            return source;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Commits everything in a directory; answers the commit. */
    String commit(Path source) throws IOException, InterruptedException {
        String script = "git init -q -b main && git add . && git -c user.name=T -c user.email=t@example.org"
                + " commit -q --allow-empty -m x && git rev-parse HEAD";
        Process git = new ProcessBuilder("/bin/sh", "-c", script)
                .directory(source.toFile())
                .start();
        String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (git.waitFor() != 0) {
            throw new IOException("git failed");
        }
        return commit;
    }

    /** The text of a derivation that runs a shell script. */
    static String job(String name, String script) {
        return "derivation { name = \"" + name
                + "\"; system = \"x86_64-linux\"; builder = \"/bin/sh\"; args = [ \"-c\" "
                + Words.literal("PATH=/usr/bin:/bin; " + script) + " ]; }";
    }
}
