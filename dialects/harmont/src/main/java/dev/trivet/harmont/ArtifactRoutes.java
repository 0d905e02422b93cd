package dev.trivet.harmont;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import dev.trivet.http.Access;
import dev.trivet.http.BlobSource;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.ArtifactRow;
import dev.trivet.store.RunStore;
import java.io.IOException;
import java.net.URLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job's artifacts: listed for members, downloaded by them or by whoever has a link that is good for an hour (spec section 2.10).
 */
final class ArtifactRoutes {
    static final String PATTERN = "/v0/artifacts/{artifact}/{name}";

    private static final Duration LINK_LIFETIME = Duration.ofHours(1);
    /** The variant of ids that all libraries know. */
    private static final long VARIANT = 1L << 63;

    private final RunStore runs;
    private final BlobStore blobs;
    private final Signatures signatures;
    private final String origin;
    private final InstantSource clock;

    ArtifactRoutes(RunStore runs, BlobStore blobs, Signatures signatures, String origin, InstantSource clock) {
        this.runs = Objects.requireNonNull(runs, "runs is null");
        this.blobs = Objects.requireNonNull(blobs, "blobs is null");
        this.signatures = Objects.requireNonNull(signatures, "signatures is null");
        this.origin = Objects.requireNonNull(origin, "origin is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** The download by a link. */
    Route linked() {
        return Route.get(PATTERN, Access.PUBLIC_LENIENT, this::download)
                .describedAs(Description.of("Download an artifact by its link")
                        .named("downloadLinkedArtifact")
                        .in("jobs")
                        .asking("token")
                        .sending("application/octet-stream")
                        .failing(401, 404));
    }

    /** All artifacts of a job. */
    Response list(Job job) {
        return Response.json(
                HarmontViews.list(runs.artifacts(List.of(job.engineJob())), artifact -> view(job, artifact)));
    }

    /** The bytes of one artifact of a job, for somebody who may read the job. */
    Response download(Job job, String artifactId) throws IOException {
        return bytes(Ids.parse(artifactId)
                .flatMap(this::row)
                .filter(artifact -> artifact.jobId() == job.engineJob()
                        && id(job.id(), artifact).toString().equalsIgnoreCase(artifactId))
                .orElseThrow(ArtifactRoutes::notFound));
    }

    private Response download(Request request) throws IOException {
        String id = request.parameter("artifact");
        boolean allowed = signatures
                .verify(request.query().first("token").orElse(""))
                .filter(text -> counts(text, id))
                .isPresent();
        if (!allowed) {
            throw HarmontErrors.of(
                    ErrorCode.UNAUTHORIZED, "the link is not good, or no more; list the job's artifacts for a new one");
        }
        return bytes(Ids.parse(id).flatMap(this::row).orElseThrow(ArtifactRoutes::notFound));
    }

    private boolean counts(String signed, String id) {
        String[] parts = signed.split(" ", -1);
        return parts.length == 2
                && parts[0].equals(id)
                && Long.parseLong(parts[1]) > clock.instant().getEpochSecond();
    }

    private Optional<ArtifactRow> row(UUID id) {
        return runs.artifact(id.getLeastSignificantBits() & ~VARIANT);
    }

    private Response bytes(ArtifactRow artifact) throws IOException {
        var ref = new BlobRef(artifact.blob(), artifact.size());
        if (!blobs.exists(ref)) {
            throw notFound();
        }
        return Response.attachment(artifact.name(), new BlobSource(blobs, ref));
    }

    private Map<String, @Nullable Object> view(Job job, ArtifactRow artifact) {
        UUID id = id(job.id(), artifact);
        String type = URLConnection.guessContentTypeFromName(artifact.name());
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", id.toString());
        json.put("path", artifact.path());
        json.put("filename", artifact.name());
        json.put("mime_type", type == null ? "application/octet-stream" : type);
        json.put("file_size", artifact.size());
        json.put("sha1_sum", null);
        json.put("sha256_sum", artifact.blob());
        json.put("state", "uploaded");
        json.put("download_url", link(id, artifact));
        json.put("created_at", HarmontTime.text(artifact.createdAt()));
        return json;
    }

    private String link(UUID id, ArtifactRow artifact) {
        return origin + path(id, artifact);
    }

    /** Path of a job's artifact with a token that is good for an hour. */
    String path(Job job, ArtifactRow artifact) {
        return path(id(job.id(), artifact), artifact);
    }

    private String path(UUID id, ArtifactRow artifact) {
        long expires = clock.instant().plus(LINK_LIFETIME).getEpochSecond();
        return "/v0/artifacts/" + id + "/"
                + java.net.URLEncoder.encode(artifact.name(), java.nio.charset.StandardCharsets.UTF_8)
                        .replace("+", "%20")
                + "?token=" + signatures.sign(id + " " + expires);
    }

    /** Of the job's id and the artifact's number: no table of ids is needed, and nothing can be counted by them. */
    private static UUID id(UUID job, ArtifactRow artifact) {
        return new UUID(job.getMostSignificantBits(), artifact.id() | VARIANT);
    }

    private static dev.trivet.http.HttpException notFound() {
        return HarmontErrors.of(ErrorCode.ARTIFACT_NOT_FOUND, "the job has no such artifact, or no more");
    }
}
