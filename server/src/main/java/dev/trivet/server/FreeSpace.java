package dev.trivet.server;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.StorageFullException;
import dev.trivet.engine.Admission;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Refuses new submissions while the data directory's file system has less room than the reserve: what was accepted before needs it for
 * its database rows and logs (invariant 8). Thread-safe; a check is one system call.
 */
final class FreeSpace implements Admission {
    private final Path directory;
    private final FileStore store;
    private final long reserve;

    /** @param reserve in bytes */
    FreeSpace(Path directory, long reserve) throws IOException {
        this.directory = requireNonNull(directory, "directory is null");
        this.store = Files.getFileStore(directory);
        this.reserve = reserve;
    }

    @Override
    public void check() {
        long free;
        try {
            free = store.getUsableSpace();
        } catch (IOException unknown) {
            return;
        }
        if (free < reserve) {
            throw new StorageFullException("the disk of " + directory + " has " + (free >> 20)
                    + " MiB left, new jobs are accepted from " + (reserve >> 20)
                    + " MiB on: make room there, or lower server.min_free_space");
        }
    }
}
