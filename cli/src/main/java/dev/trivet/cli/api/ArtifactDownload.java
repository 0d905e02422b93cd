package dev.trivet.cli.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
            throw new ApiException(
                    "the server calls an artifact '" + artifact.name() + "', which is no plain file name");
        }
        URI address = artifact.url()
                .orElseThrow(() -> new ApiException(artifact.path() + " is no longer kept by the server"));
        Files.createDirectories(folder);
        Path target = folder.resolve(artifact.name());
        Path part = folder.resolve("." + artifact.name() + "." + UUID.randomUUID() + ".part");
        try {
            HttpResponse<InputStream> response = client.open(address, Optional.empty());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw client.refusal(response.statusCode(), body.readNBytes(MOST_ERROR_TEXT));
                }
                long length = Files.copy(body, part);
                if (length != artifact.size()) {
                    throw new IOException(artifact.path() + " has " + artifact.size() + " bytes, but " + length
                            + " arrived. Try again.");
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
