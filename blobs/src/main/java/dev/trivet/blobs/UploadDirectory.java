package dev.trivet.blobs;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where uploads grow. Everything found here when the store opens was left by a crash. */
public final class UploadDirectory {
    private final Path directory;

    /** Removes what is left here by a crash; nobody else may use the directory. */
    public UploadDirectory(Path directory) throws IOException {
        this.directory = directory;
        DurableFiles.createDirectories(directory);
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory)) {
            for (Path leftover : leftovers) {
                Files.delete(leftover);
            }
        }
    }

    /** Begins one; close it. Thread-safe. */
    public Upload start() throws IOException {
        try {
            return new Upload(Files.createTempFile(directory, "", ".part"), this);
        } catch (IOException failure) {
            throw explained(failure);
        }
    }

    /** The failure as callers know it: a full device by its own name. */
    IOException explained(IOException failure) {
        return DurableFiles.isFull(failure, directory) ? new BlobStorageFullException(directory, failure) : failure;
    }
}
