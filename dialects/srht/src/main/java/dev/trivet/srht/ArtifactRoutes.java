package dev.trivet.srht;

import dev.trivet.blobs.BlobStore;
import dev.trivet.http.Access;
import dev.trivet.http.BlobSource;
import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * Artifacts at their addresses {@code /~user/<job>/<16 hex>/<name>} (spec section 5.6). The address cannot be guessed, and is the
 * leave to fetch: it works without a credential for private jobs too, as with the reference.
 */
public final class ArtifactRoutes {
    private final ArtifactStore artifacts;
    private final BlobStore blobs;

    public ArtifactRoutes(ArtifactStore artifacts, BlobStore blobs) {
        this.artifacts = Objects.requireNonNull(artifacts, "artifacts is null");
        this.blobs = Objects.requireNonNull(blobs, "blobs is null");
    }

    /** For the group of the prefix {@code /}. */
    public List<Route> routes() {
        return List.of(Route.get("/~{user}/{job}/{key}/{name}", Access.PUBLIC_LENIENT, this::download)
                .describedAs("An artifact"));
    }

    private Response download(Request request) throws IOException {
        Artifact artifact = artifacts
                .at(request.parameter("user"), request.id("job"), request.parameter("key"), request.parameter("name"))
                .orElseThrow(() -> HttpException.notFound("404 not found"));
        if (!blobs.exists(artifact.blob())) {
            throw HttpException.notFound("this artifact has been pruned");
        }
        return Response.attachment(artifact.name(), new BlobSource(blobs, artifact.blob()));
    }
}
