package dev.trivet.sandbox.linux;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the host's programs in the usual system folders (also the {@code sbin} ones, which an ordinary user's PATH lacks), then on the PATH. */
public final class Programs {
    private static final List<String> SYSTEM =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    /** The PATH that every helper program gets. */
    static final String PATH = String.join(":", SYSTEM);

    private final List<Path> folders;

    public Programs() {
        var all = new ArrayList<>(SYSTEM);
        var path = System.getenv("PATH");
        if (path != null) {
            all.addAll(List.of(path.split(File.pathSeparator)));
        }
        this.folders = all.stream()
                .filter(folder -> folder.startsWith("/"))
                .map(Path::of)
                .distinct()
                .toList();
    }

    /** @return absolute path of an executable, or empty */
    public Optional<String> find(String name) {
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .map(Path::toString)
                .findFirst();
    }
}
