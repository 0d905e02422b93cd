package dev.trivet.circus;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Nix of its own for one probe: store, state and caches in a directory that is gone afterwards. */
final class ProbeDirectory implements AutoCloseable {
    private static final String HEAP = Long.toString(2L << 30);

    private final Path directory;

    private ProbeDirectory(Path directory) {
        this.directory = directory;
    }

    static ProbeDirectory create() throws IOException {
        ProbeDirectory made =
                new ProbeDirectory(Files.createTempDirectory("trivet-probe-").toRealPath());
        for (String part : new String[] {"store", "state", "log", "conf", "home", "tmp"}) {
            Files.createDirectories(made.directory.resolve(part));
        }
        return made;
    }

    Path path() {
        return directory;
    }

    /** Nothing of the server's own environment but its PATH. */
    void fill(Map<String, String> environment) {
        String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
        environment.clear();
        environment.put("PATH", path);
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("HOME", at("home"));
        environment.put("TMPDIR", at("tmp"));
        environment.put("XDG_CACHE_HOME", at("home/.cache"));
        environment.put("XDG_CONFIG_HOME", at("home/.config"));
        environment.put("XDG_DATA_HOME", at("home/.local/share"));
        environment.put("NIX_STORE_DIR", at("store"));
        environment.put("NIX_STATE_DIR", at("state"));
        environment.put("NIX_LOCALSTATE_DIR", at("state"));
        environment.put("NIX_LOG_DIR", at("log"));
        environment.put("NIX_CONF_DIR", at("conf"));
        environment.put("NIX_REMOTE", "local");
        environment.put("GC_MAXIMUM_HEAP_SIZE", HEAP);
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=10");
        // A redirect could lead to where no address of a user may lead.
        environment.put("GIT_CONFIG_COUNT", "2");
        environment.put("GIT_CONFIG_KEY_0", "http.followRedirects");
        environment.put("GIT_CONFIG_VALUE_0", "false");
        environment.put("GIT_CONFIG_KEY_1", "safe.directory");
        environment.put("GIT_CONFIG_VALUE_1", "*");
    }

    private String at(String part) {
        return directory.resolve(part).toString();
    }

    @Override
    public void close() throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                // Nix takes the right to write from what it has stored.
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
