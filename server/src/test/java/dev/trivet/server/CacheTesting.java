package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** A server that builds what a repository says, and its binary cache as a client sees it. */
final class CacheTesting implements AutoCloseable {
    final NixRepository repository;
    private final Path directory;
    private final Map<String, String> environment;
    private final HttpClient http = HttpClient.newHttpClient();
    private CircusServer server;
    private String jobset = "";

    CacheTesting(Path directory, Map<String, String> more) throws Exception {
        this.directory = directory;
        this.repository = new NixRepository(directory);
        this.environment = new HashMap<>(repository.environment());
        environment.put("TRIVET_RUNNER_SLOTS", "4");
        environment.putAll(more);
        this.server = new CircusServer(directory, environment);
    }

    CircusServer server() {
        return server;
    }

    /** Stops the server, does something, and starts it again. */
    void restart(Map<String, String> changes) throws Exception {
        server.close();
        environment.putAll(changes);
        server = new CircusServer(directory, environment);
    }

    String storeDirectory() {
        return environment.get("NIX_STORE_DIR");
    }

    String url() {
        return server.address() + "/nix-cache";
    }

    String publicKey() throws Exception {
        return get("public-key").body().strip();
    }

    /** Has an expression built; answers the builds by name, all of them over. */
    Map<String, JsonNode> build(String expression) throws Exception {
        String commit = repository.commit("release.nix", expression);
        CircusClient admin = server.admin();
        if (jobset.isEmpty()) {
            String project = ok(admin.post("projects", Map.of("name", "p", "repository_url", repository.url())))
                    .get("id")
                    .asString();
            jobset = ok(admin.post(
                            "projects/" + project + "/jobsets",
                            Map.of("name", "main", "nix_expression", "release.nix", "flake_mode", false)))
                    .get("id")
                    .asString();
        } else {
            admin.post("evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", commit));
        }
        return Eventually.await(
                "the commit to be built",
                () -> built(commit),
                () -> admin.get("builds").body());
    }

    private Optional<Map<String, JsonNode>> built(String commit) throws Exception {
        for (JsonNode evaluation :
                ok(server.admin().get("evaluations?limit=200")).get("items")) {
            boolean over = !Set.of("pending", "running")
                    .contains(evaluation.get("status").asString());
            if (over && evaluation.get("commit_hash").asString().equals(commit)) {
                Map<String, JsonNode> builds = new TreeMap<>();
                for (int offset = 0; ; offset += 200) {
                    JsonNode items = ok(server.admin()
                                    .get("builds?limit=200&offset=" + offset + "&evaluation_id="
                                            + evaluation.get("id").asString()))
                            .get("items");
                    items.forEach(build -> builds.put(build.get("job_name").asString(), build));
                    if (items.size() < 200) {
                        break;
                    }
                }
                boolean all = builds.values().stream()
                        .noneMatch(build -> Set.of("pending", "running")
                                .contains(build.get("status").asString()));
                return all ? Optional.of(builds) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Waits until nothing is left to be published. */
    void published() throws Exception {
        Eventually.await(
                "everything to be published",
                () -> Optional.of(tasks()).filter(tasks -> tasks == 0),
                () -> server.sql(handle -> handle.createQuery("select * from circus.publications")
                        .mapToMap()
                        .list()));
    }

    long tasks() {
        return server.sql(handle -> handle.createQuery("select count(*) from circus.publications")
                .mapTo(Long.class)
                .one());
    }

    static String output(JsonNode build) {
        return build.get("build_output_path").asString();
    }

    /** The address of a path's narinfo, relative to the cache. */
    static String narInfo(String storePath) {
        return storePath.substring(storePath.lastIndexOf('/') + 1).substring(0, 32) + ".narinfo";
    }

    /** The fields of a path's narinfo. */
    Map<String, String> fields(String storePath) throws Exception {
        Map<String, String> fields = new HashMap<>();
        get(narInfo(storePath)).body().lines().forEach(line -> {
            String[] parts = line.split(": ", 2);
            fields.merge(parts[0], parts.length == 2 ? parts[1] : "", (one, other) -> one + "\n" + other);
        });
        return fields;
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, headers);
    }

    HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url() + "/" + path)).method(method, BodyPublishers.noBody());
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), BodyHandlers.ofString(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws Exception {
        http.close();
        server.close();
    }
}
