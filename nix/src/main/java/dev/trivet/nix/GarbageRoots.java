package dev.trivet.nix;

import dev.trivet.nix.EvaluationLine.Job;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the derivations of evaluations, and what is built of them, from the garbage collector: a directory of links for each evaluation. A
 * link to an output that is not there yet keeps it as soon as it is. Thread-safe.
 */
final class GarbageRoots {
    private static final Logger log = LoggerFactory.getLogger(GarbageRoots.class);
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z-]{1,64}");

    private final Optional<Path> directory;

    private GarbageRoots(Optional<Path> directory) {
        this.directory = directory;
    }

    /** Those of a store: in its own directory of roots, or in that of this user. */
    static GarbageRoots of(Nix nix) {
        Path all = nix.stateDirectory().resolve("gcroots");
        for (Path place : List.of(all, all.resolve("per-user").resolve(System.getProperty("user.name", "")))) {
            try {
                return new GarbageRoots(Optional.of(Files.createDirectories(place.resolve("trivet"))));
            } catch (IOException | UnsupportedOperationException refused) {
                log.debug("no garbage roots in {}", place, refused);
            }
        }
        log.warn(
                "{} cannot be written: what is built may be garbage to Nix; let this account write there, or do not collect garbage",
                all);
        return new GarbageRoots(Optional.empty());
    }

    /** Keeps the derivation of a job and its outputs. */
    void keep(String root, Job job) throws IOException {
        if (directory.isEmpty() || root.isEmpty()) {
            return;
        }
        Path own = Files.createDirectories(checked(directory.get(), root));
        String name = base(job.drvPath());
        link(own.resolve(name), job.drvPath());
        for (Map.Entry<String, String> output : job.outputs().entrySet()) {
            if (output.getValue().startsWith("/") && output.getKey().matches("[\\w-]{1,64}")) {
                link(own.resolve(name + "-" + output.getKey()), output.getValue());
            }
        }
    }

    /**
     * Lets go of an evaluation.
     *
     * @param except derivations that stay, with their outputs
     * @return how many paths are let go
     */
    int drop(String root, List<String> except) throws IOException {
        if (directory.isEmpty()) {
            return 0;
        }
        Path own = checked(directory.get(), root);
        if (!Files.isDirectory(own)) {
            return 0;
        }
        List<String> kept = except.stream().map(GarbageRoots::base).toList();
        int dropped = 0;
        try (Stream<Path> links = Files.list(own)) {
            for (Path link : links.toList()) {
                if (kept.stream().noneMatch(String.valueOf(link.getFileName())::startsWith)) {
                    Files.deleteIfExists(link);
                    dropped++;
                }
            }
        }
        if (kept.isEmpty()) {
            Files.deleteIfExists(own);
        }
        return dropped;
    }

    private static Path checked(Path directory, String root) throws IOException {
        if (!NAME.matcher(root).matches()) {
            throw new IOException("a root has 1 to 64 letters, digits and '-', not: " + root);
        }
        return directory.resolve(root);
    }

    private static String base(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static void link(Path link, String target) throws IOException {
        try {
            Files.createSymbolicLink(link, Path.of(target));
        } catch (FileAlreadyExistsException again) {
            // The name has the hash of the derivation in it: it leads to the same place.
        }
    }
}
