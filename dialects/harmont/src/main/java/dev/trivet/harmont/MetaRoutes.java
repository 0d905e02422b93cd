package dev.trivet.harmont;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import dev.trivet.core.json.Json;
import dev.trivet.harmont.pipeline.PipelineSchema;
import dev.trivet.http.Access;
import dev.trivet.http.BlobSource;
import dev.trivet.http.Description;
import dev.trivet.http.OpenApi;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the API says of itself, and the sources of builds for those who execute them (spec sections 2.3 and 2.10). */
final class MetaRoutes {
    private static final String SOURCE = "/api/v0/internal/builds/{build_uuid}/source.tar.gz";

    private final BuildStore builds;
    private final BlobStore blobs;
    private final Signatures runnerTokens;
    private final JsonNode schema = Json.MAPPER.readTree(PipelineSchema.text());

    MetaRoutes(BuildStore builds, BlobStore blobs, Signatures runnerTokens) {
        this.builds = Objects.requireNonNull(builds, "builds is null");
        this.blobs = Objects.requireNonNull(blobs, "blobs is null");
        this.runnerTokens = Objects.requireNonNull(runnerTokens, "runnerTokens is null");
    }

    /** These routes, and the document of all routes, these and the others. */
    List<Route> routes(List<Route> others) {
        List<Route> all = new ArrayList<>(others);
        all.add(Route.get("/api/v0/ping", Access.PUBLIC_LENIENT, request -> Response.json(Map.of("status", "ok")))
                .describedAs(Description.of("Whether the API answers")
                        .named("ping")
                        .in("meta")
                        .answering(200, "Ping")));
        all.add(Route.get("/api/v0/pipeline-schema.json", Access.PUBLIC_LENIENT, request -> Response.json(schema))
                .describedAs(Description.of("The JSON Schema of pipelines")
                        .named("getPipelineSchema")
                        .in("meta")
                        .sending("application/schema+json")));
        all.add(Route.get(SOURCE, Access.PUBLIC_LENIENT, this::source)
                .describedAs(Description.of("The source archive of a build, for who executes it")
                        .named("getBuildSource")
                        .in("builds")
                        .sending("application/gzip")
                        .failing(401, 404)));
        ObjectNode document = OpenApi.document("Harmont API", "0", all, schemas());
        all.add(Route.get("/api/v0/openapi.json", Access.PUBLIC_LENIENT, request -> Response.json(document)));
        return all;
    }

    /** The token of whoever executes this build. */
    static String runnerToken(Signatures signatures, UUID build) {
        return signatures.sign("run " + build);
    }

    private Response source(Request request) throws IOException {
        String header = request.header("Authorization").orElse("");
        if (!header.startsWith("Bearer ")) {
            throw unauthorized();
        }
        UUID id = Ids.parse(request.parameter("build_uuid")).orElseThrow(MetaRoutes::noSource);
        Build _ = builds.find(id).orElseThrow(MetaRoutes::noSource);
        boolean good = runnerTokens
                .verify(header.substring("Bearer ".length()))
                .filter(text -> text.equals("run " + id))
                .isPresent();
        if (!good) {
            throw unauthorized();
        }
        BlobRef archive = builds.archive(id)
                .map(found -> new BlobRef(found.getKey(), found.getValue()))
                .orElseThrow(MetaRoutes::noSource);
        if (!blobs.exists(archive)) {
            throw noSource();
        }
        return Response.source("application/gzip", new BlobSource(blobs, archive));
    }

    private static RuntimeException unauthorized() {
        return HarmontErrors.of(ErrorCode.UNAUTHORIZED, "the token of the build's runner is needed");
    }

    private static RuntimeException noSource() {
        return HarmontErrors.of(ErrorCode.SOURCE_NOT_FOUND, "there is no source archive of such a build");
    }

    private static Map<String, JsonNode> schemas() {
        try (InputStream in = MetaRoutes.class.getResourceAsStream("schemas.json")) {
            JsonNode all = Json.MAPPER.readTree(Objects.requireNonNull(in, "schemas.json is missing"));
            Map<String, JsonNode> schemas = new LinkedHashMap<>();
            all.properties().forEach(schema -> schemas.put(schema.getKey(), schema.getValue()));
            return schemas;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
