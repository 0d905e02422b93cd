package dev.trivet.nix;

import dev.trivet.nix.archive.NarWriter;
import dev.trivet.nix.archive.StorePath;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What is done with finished paths of a store. Each waits for a process of Nix, and stops it when interrupted. Thread-safe. */
public final class StoreCommands {
    private final Nix nix;

    public StoreCommands(Nix nix) {
        this.nix = Objects.requireNonNull(nix, "nix is null");
    }

    /** Where the store is. */
    public Path storeDirectory() {
        return nix.storeDirectory();
    }

    /**
     * These paths and everything that they refer to.
     *
     * @throws PathAbsentException if the store does not have one of them
     */
    public List<StoredPath> closure(List<String> paths) throws IOException, InterruptedException {
        return StoredPath.closure(nix, paths);
    }

    /** Writes the archive of a path; the stream is left open. */
    public void archive(StorePath path, OutputStream out) throws IOException {
        NarWriter.write(nix.storeDirectory().resolve(path.baseName()), out);
    }

    /** Signs paths in the store with the secret key in a file. */
    public void sign(Path keyFile, List<String> paths) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("store", "sign", "--key-file", keyFile.toString(), "--"));
        arguments.addAll(paths);
        new NixCommand(nix, arguments).run();
    }

    /**
     * Copies paths and everything that they refer to into another store.
     *
     * @param to address of a store, as {@code nix copy --to} takes it
     * @param secrets what the process needs in its environment for it
     */
    public void copy(String to, List<String> paths, Map<String, String> secrets)
            throws IOException, InterruptedException {
        if (to.startsWith("-")) {
            throw new IOException("not the address of a store: " + to);
        }
        List<String> arguments = new ArrayList<>(List.of("copy", "--to", to, "--"));
        arguments.addAll(paths);
        new NixCommand(nix, arguments).with(secrets).run();
    }
}
