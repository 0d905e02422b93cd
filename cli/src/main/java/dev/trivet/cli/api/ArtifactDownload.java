package dev.trivet.cli.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Saves artifacts. What a server says about names is not trusted: nothing is ever written outside the given folder. */
public final class ArtifactDownload {
    private static final int MOST_ERROR_TEXT = 4096;

    private final ApiClient client;

    /** Downloads through {@code client}. */
    public ArtifactDownload(ApiClient client) {
        this.client = client;
    }

    /**
     * Saves an artifact as a file named by its base name, which is there only when it is complete. A file of that name is replaced.
     *
     * @param folder made if it is not there
     * @return the file
     */
    public Path save(Artifact artifact, Path folder) throws IOException, ApiException, InterruptedException {
        if (!safe(artifact.name())) {
            throw new ApiException("the server calls an artifact '"
                    + artifact.name().replaceAll("\\p{Cntrl}", "?") + "', which is no plain file name");
        }
        URI address = artifact.url()
                .orElseThrow(() -> new ApiException(artifact.path() + " is no longer kept by the server"));
        Files.createDirectories(folder);
        return write(address, artifact.path(), artifact.size(), folder.resolve(artifact.name()));
    }

    /**
     * Saves an artifact below a folder, at its own relative path, as the other method does. Links in the folder are not followed out of it.
     *
     * @param path relative, with slashes
     * @param size how many bytes are expected
     */
    public Path save(URI address, String path, long size, Path folder)
            throws IOException, ApiException, InterruptedException {
        List<String> parts = List.of(path.split("/", -1));
        if (!plain(path)) {
            throw new ApiException("the server calls an artifact '" + path.replaceAll("\\p{Cntrl}", "?")
                    + "', which is no relative path of plain names");
        }
        Path root = Files.createDirectories(folder).toRealPath();
        Path parent = root;
        for (String part : parts.subList(0, parts.size() - 1)) {
            parent = parent.resolve(part);
            directory(parent);
        }
        return write(address, path, size, parent.resolve(parts.getLast()));
    }

    /** True for a relative path that stays inside the folder it is taken in. */
    public static boolean plain(String path) {
        return List.of(path.split("/", -1)).stream().allMatch(ArtifactDownload::safe);
    }

    private static void directory(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(
                        folder + " should be a directory of artifacts, but is a link or file. Remove it.", e);
            }
        }
    }

    private Path write(URI address, String shown, long size, Path target)
            throws IOException, ApiException, InterruptedException {
        Path part = target.resolveSibling("." + UUID.randomUUID() + ".part");
        try {
            HttpResponse<InputStream> response = client.open(address, Optional.empty());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw client.refusal(response.statusCode(), body.readNBytes(MOST_ERROR_TEXT));
                }
                long length = Files.copy(body, part);
                if (length != size) {
                    throw new IOException(shown + " has " + size + " bytes, but " + length + " arrived. Try again.");
                }
            }
            return Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static boolean safe(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
    }
}
