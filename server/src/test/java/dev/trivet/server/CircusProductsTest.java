package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.CircusAnswers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.nix.archive.NarLimits;
import dev.trivet.nix.archive.NarRestore;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Products of builds of a real Nix, listed and downloaded (spec circus section 2.6). */
class CircusProductsTest {
    private static final String PRODUCTS = String.join(
            "; ",
            "/bin/mkdir -p $out/nix-support $out/doc",
            "echo page > $out/doc/index.html",
            "echo 'a long text of a file' > '$out/a file.txt'",
            "echo run > $out/run.sh",
            "/bin/chmod +x $out/run.sh",
            "/bin/ln -s ../run.sh $out/doc/link",
            "echo 'doc html '$out'/doc index.html' > $out/nix-support/hydra-build-products",
            "echo 'report html '$out'/doc/index.html' >> $out/nix-support/hydra-build-products",
            "echo 'file sh '$out'/doc/link' >> $out/nix-support/hydra-build-products",
            "echo 'file txt \"'$out'/a file.txt\"' >> $out/nix-support/hydra-build-products",
            "echo 'file passwd /etc/passwd' >> $out/nix-support/hydra-build-products",
            "echo tree-1.0 > $out/nix-support/hydra-release-name");

    @TempDir
    Path directory;

    private CircusServer server;
    private String build;

    private HttpResponse<byte[]> fetch(String product, String query, String... headers) throws Exception {
        return send("GET", product, query, headers);
    }

    private HttpResponse<byte[]> send(String method, String product, String query, String... headers) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(server.address()
                            .resolve("/api/v1/builds/" + build + "/products/" + product + "/download" + query))
                    .method(method, HttpRequest.BodyPublishers.noBody());
            if (headers.length > 0) {
                request.headers(headers);
            }
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static String sri(byte[] bytes) throws Exception {
        return "sha256-"
                + Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private Map<String, JsonNode> built() throws Exception {
        var repository = new NixRepository(directory);
        server = new CircusServer(directory, repository.environment());
        String commit = repository.commit(
                "release.nix",
                "{ tree = " + NixRepository.job("tree", PRODUCTS.replace("'$out/a file.txt'", "\"$out/a file.txt\""))
                        + "; file = " + NixRepository.job("hello.txt", "echo hello > $out") + "; }");
        CircusClient admin = server.admin();
        String project = ok(admin.post("projects", Map.of("name", "p", "repository_url", repository.url())))
                .get("id")
                .asString();
        String jobset = ok(admin.post(
                        "projects/" + project + "/jobsets",
                        Map.of("name", "j", "nix_expression", "release.nix", "flake_mode", false, "enabled", false)))
                .get("id")
                .asString();
        admin.put("projects/" + project + "/jobsets/" + jobset, Map.of("enabled", true));
        admin.post("evaluations/trigger", Map.of("jobset_id", jobset, "commit_hash", commit));
        return Eventually.await(
                "two builds to succeed",
                () -> {
                    JsonNode items = ok(admin.get("builds?status=succeeded")).get("items");
                    return items.size() < 2
                            ? Optional.empty()
                            : Optional.of(items.valueStream()
                                    .collect(java.util.stream.Collectors.toMap(
                                            one -> one.get("job_name").asString(), one -> one)));
                },
                () -> admin.get("builds").body() + admin.get("evaluations").body());
    }

    @Test
    void whatIsBuiltIsListedAndDownloaded() throws Exception {
        Map<String, JsonNode> builds = built();
        try (CircusServer _ = server) {
            build = builds.get("file").get("id").asString();
            JsonNode file =
                    ok(server.anonymous().get("builds/" + build + "/products")).get(0);
            aFile(file, file.get("id").asString());
            build = builds.get("tree").get("id").asString();
            assertThat(builds.get("tree").get("release_name").asString()).isEqualTo("tree-1.0");
            JsonNode products = ok(server.anonymous().get("builds/" + build + "/products"));
            listing(products);
            theWholeOutput(
                    products.get(0),
                    Path.of(builds.get("tree").get("build_output_path").asString()));
            itsParts(products);
            errors(products);
        }
    }

    private void aFile(JsonNode listed, String id) throws Exception {
        assertThat(listed.get("is_directory").asBoolean()).isFalse();
        assertThat(listed.get("file_size").asLong()).isEqualTo(6);
        assertThat(listed.get("content_type").asString()).isEqualTo("text/plain");
        HttpResponse<byte[]> whole = fetch(id, "");
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).asString(StandardCharsets.UTF_8).isEqualTo("hello\n");
        assertThat(listed.get("sha256_hash").asString()).isEqualTo(sri(whole.body()));
        assertThat(header(whole, "Content-Type")).isEqualTo("text/plain");
        assertThat(header(whole, "Content-Length")).isEqualTo("6");
        assertThat(header(whole, "Content-Disposition")).startsWith("attachment; filename=\"hello.txt\"");
        assertThat(header(whole, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(whole, "Content-Security-Policy")).contains("sandbox");
        String tag = header(whole, "ETag");
        HttpResponse<byte[]> same = fetch(id, "", "If-None-Match", "\"x\", W/" + tag);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(header(same, "ETag")).isEqualTo(tag);
        HttpResponse<byte[]> part = fetch(id, "", "Range", "bytes=2-3", "If-Range", tag);
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).asString(StandardCharsets.UTF_8).isEqualTo("ll");
        assertThat(fetch(id, "", "Range", "bytes=9-").statusCode()).isEqualTo(416);
        HttpResponse<byte[]> head = send("HEAD", id, "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(header(head, "Content-Length")).isEqualTo("6");
        assertThat(header(head, "ETag")).isEqualTo(tag);
        assertThat(fetch(id, "?format=nar").body()).startsWith(13, 0, 0, 0, 0, 0, 0, 0, 'n', 'i', 'x');
    }

    private static void listing(JsonNode products) throws Exception {
        assertThat(products.valueStream()
                        .map(one -> one.get("name").asString() + " "
                                + one.get("is_directory").asBoolean() + " "
                                + one.get("content_type").asString() + " "
                                + (one.get("file_size").isNull()
                                        ? "-"
                                        : one.get("file_size").asLong() > 0) + " "
                                + !one.get("sha256_hash").isNull()))
                .containsExactly(
                        "out true inode/directory true true",
                        "doc true inode/directory - false",
                        "index.html false text/html true true",
                        "link false application/octet-stream true true",
                        "a file.txt false text/plain true true");
        assertThat(products.get(2).get("sha256_hash").asString())
                .isEqualTo(sri("page\n".getBytes(StandardCharsets.UTF_8)));
    }

    private void theWholeOutput(JsonNode listed, Path output) throws Exception {
        String id = listed.get("id").asString();
        HttpResponse<byte[]> nar = fetch(id, "");
        assertThat(header(nar, "Content-Type")).isEqualTo("application/x-nix-nar");
        assertThat(header(nar, "Content-Disposition"))
                .startsWith("attachment; filename=\"" + output.getFileName() + ".nar\"");
        assertThat(nar.body()).hasSize(listed.get("file_size").asInt());
        assertThat(sri(nar.body())).isEqualTo(listed.get("sha256_hash").asString());
        assertThat(nar.body()).isEqualTo(said(List.of("nix-store", "--dump", output.toString())));
        Path restored = directory.resolve("restored");
        NarRestore.restore(new ByteArrayInputStream(nar.body()), restored, NarLimits.DEFAULT);
        assertThat(restored.resolve("doc/link")).hasContent("run\n");
        assertThat(fetch(id, "", "If-None-Match", header(nar, "ETag")).statusCode())
                .isEqualTo(304);
        HttpResponse<byte[]> head = send("HEAD", id, "?format=tar");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Content-Type")).isEqualTo("application/x-tar");
        assertThat(header(head, "ETag")).isNotEqualTo(header(nar, "ETag"));
    }

    private void itsParts(JsonNode products) throws Exception {
        String doc = products.get(1).get("id").asString();
        assertThat(header(fetch(doc, ""), "Content-Disposition")).contains("filename=\"doc.nar\"");
        for (String format : List.of("tar", "tar.gz", "tar.xz", "tar.zst")) {
            HttpResponse<byte[]> tar = fetch(doc, "?format=" + format);
            assertThat(tar.statusCode()).isEqualTo(200);
            assertThat(header(tar, "Content-Disposition")).contains("filename=\"doc." + format + "\"");
            assertThat(fetch(doc, "?format=" + format).body()).isEqualTo(tar.body());
            if (!format.equals("tar.zst")) {
                Path file = Files.write(directory.resolve("doc." + format), tar.body());
                assertThat(new String(said(List.of("tar", "-tf", file.toString())), StandardCharsets.UTF_8))
                        .isEqualTo("doc/\ndoc/index.html\ndoc/link\n");
            }
        }
        HttpResponse<byte[]> page = fetch(products.get(2).get("id").asString(), "");
        assertThat(header(page, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(header(page, "Content-Disposition")).startsWith("attachment; ");
        assertThat(fetch(products.get(3).get("id").asString(), "").body())
                .isEqualTo("run\n".getBytes(StandardCharsets.UTF_8));
        assertThat(header(fetch(products.get(4).get("id").asString(), ""), "Content-Disposition"))
                .isEqualTo("attachment; filename=\"a file.txt\"; filename*=UTF-8''a%20file.txt");
    }

    private void errors(JsonNode products) throws Exception {
        CircusClient anyone = server.anonymous();
        String id = products.get(0).get("id").asString();
        String place = "builds/" + build + "/products/";
        refused(anyone.get(place + id + "/download?format=zip"), 400, "VALIDATION_ERROR");
        refused(anyone.get(place + "x/download"), 400, "VALIDATION_ERROR");
        refused(anyone.get(place + UUID.randomUUID() + "/download"), 404, "NOT_FOUND");
        refused(anyone.get("builds/" + UUID.randomUUID() + "/products/" + id + "/download"), 404, "NOT_FOUND");
        Path store = directory.toRealPath().resolve("STORE");
        for (String outside : List.of("/etc/passwd", store + "/../secret", store + "/.links/x", store.toString())) {
            refused(anyone.get(place + product(outside) + "/download"), 400, "VALIDATION_ERROR");
        }
        Path object = Files.createDirectories(store.resolve("0".repeat(32) + "-hand-made"));
        Files.createSymbolicLink(object.resolve("link"), Path.of("/etc/passwd"));
        refused(anyone.get(place + product(object + "/link") + "/download"), 400, "VALIDATION_ERROR");
        said(List.of("mkfifo", object.resolve("fifo").toString()));
        refused(anyone.get(place + product(object + "/fifo") + "/download"), 422, "BUILD_ERROR");
        CircusClient.Answer gone = anyone.get(place + product(store + "/" + "0".repeat(32) + "-gone") + "/download");
        refused(gone, 404, "NOT_FOUND");
        assertThat(gone.body()).contains("garbage");
        // An answer that has not begun says what is wrong with the tree.
        assertThat(anyone.get(place + product(object.toString()) + "/download").status())
                .isEqualTo(500);
        String another = server.sql(handle -> handle.createQuery(
                        "select id from circus.build_products where build_id <> cast(:build as uuid) limit 1")
                .bind("build", build)
                .mapTo(UUID.class)
                .one()
                .toString());
        refused(anyone.get(place + another + "/download"), 404, "NOT_FOUND");
    }

    private String product(String path) {
        return server.sql(handle -> handle.createQuery("""
                        insert into circus.build_products (build_id, name, path) values (cast(:build as uuid), 'x', :path) returning id
                        """)
                .bind("build", build)
                .bind("path", path)
                .mapTo(UUID.class)
                .one()
                .toString());
    }

    private static byte[] said(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        byte[] said = process.getInputStream().readAllBytes();
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(Stream.concat(command.stream(), Stream.of(errors)).toList().toString())
                .isZero();
        return said;
    }
}
