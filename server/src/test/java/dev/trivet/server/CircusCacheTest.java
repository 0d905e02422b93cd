package dev.trivet.server;

import static dev.trivet.server.CacheTesting.narInfo;
import static dev.trivet.server.CacheTesting.output;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What was built, fetched by the real Nix from the binary cache into a store of its own (spec circus section 7). */
class CircusCacheTest {
    private static final String TWO = "let lib = " + NixRepository.job("lib", "echo lib > $out") + "; in { app = "
            + NixRepository.job("app", "echo uses ${lib} > $out") + "; }";
    private static final String STRANGER = "stranger-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY=";

    @TempDir
    Path directory;

    private CacheTesting cache;

    @BeforeEach
    void start() throws Exception {
        cache = new CacheTesting(directory, Map.of());
    }

    @AfterEach
    void stop() throws Exception {
        cache.close();
    }

    private NixClient client(String name) throws Exception {
        return new NixClient(directory.resolve(name), cache.storeDirectory());
    }

    private String app() throws Exception {
        JsonNode build = cache.build(TWO).get("app");
        cache.published();
        return output(build);
    }

    @Test
    void aWholeClosureIsSubstitutedIfItsKeyIsTrusted() throws Exception {
        String app = app();
        assertThat(cache.server()
                        .admin()
                        .get("builds")
                        .json()
                        .at("/items/0/signed")
                        .asBoolean())
                .isTrue();
        NixClient client = client("client");
        NixClient.Said distrusted = client.substitute(cache.url(), STRANGER, app);
        assertThat(distrusted.code()).as(distrusted.text()).isNotZero();
        assertThat(client.has(app)).isFalse();

        NixClient.Said said = client.substitute(cache.url(), cache.publicKey(), app);
        assertThat(said.code()).as(said.text()).isZero();
        String text = Files.readString(client.file(app));
        assertThat(text).startsWith("uses " + cache.storeDirectory());
        // What it refers to was never named by a job, and came along.
        String lib = text.strip().substring("uses ".length());
        assertThat(client.file(lib)).hasContent("lib\n");
        NixClient.Said verified = client.verify(cache.publicKey());
        assertThat(verified.code()).as(verified.text()).isZero();
        assertThat(client.verify(STRANGER).code()).isNotZero();
    }

    @Test
    void whatIsNotAsItWasSignedIsRefused() throws Exception {
        String app = app();
        String key = cache.publicKey();
        cache.server().sql(handle -> handle.execute("""
                update circus.narinfo_cache set sig = overlay(sig placing 'AAAA' from length(sig) - 20) where store_path = ?
                """, app));
        forget(app);
        NixClient.Said signature = client("signature").substitute(cache.url(), key, app);
        assertThat(signature.code()).as(signature.text()).isNotZero();
        assertThat(signature.text()).contains("is not signed");

        publishAgain(app);
        cache.server()
                .sql(handle -> handle.execute(
                        "update circus.narinfo_cache set \"references\" = '{}' where store_path = ?", app));
        forget(app);
        NixClient.Said info = client("info").substitute(cache.url(), key, app);
        assertThat(info.code()).as(info.text()).isNotZero();

        publishAgain(app);
        Path blob = blob(app);
        byte[] bytes = Files.readAllBytes(blob);
        bytes[bytes.length / 2] ^= 1;
        Files.write(blob, bytes);
        NixClient.Said archive = client("archive").substitute(cache.url(), key, app);
        assertThat(archive.code()).as(archive.text()).isNotZero();
    }

    private void forget(String path) throws Exception {
        cache.server()
                .sql(handle -> handle.createQuery("select cast(pg_notify('circus_narinfo_changed', :hash) as text)")
                        .bind("hash", narInfo(path).substring(0, 32))
                        .mapTo(String.class)
                        .findOne());
        String row = cache.server()
                .sql(handle -> handle.createQuery("select sig || array_to_string(\"references\", ' ')"
                                + " from circus.narinfo_cache where store_path = :path")
                        .bind("path", path)
                        .mapTo(String.class)
                        .one());
        Eventually.await(
                "the narinfo to be that of the row",
                () -> Optional.of(cache.fields(path)).filter(now -> row.equals(now.get("Sig") + now.get("References"))),
                () -> cache.fields(path));
    }

    private void publishAgain(String path) throws Exception {
        cache.server().sql(handle -> handle.execute("delete from circus.narinfo_cache where store_path = ?", path));
        cache.server().sql(handle -> handle.execute("""
                insert into circus.publications (build_id)
                select build from circus.build_outputs where path = ? on conflict do nothing
                """, path));
        cache.published();
        forget(path);
    }

    private Path blob(String storePath) {
        String blob = cache.server()
                .sql(handle -> handle.createQuery("select blob from circus.narinfo_cache where store_path = :path")
                        .bind("path", storePath)
                        .mapTo(String.class)
                        .one());
        return directory
                .resolve("data/blobs/sha256")
                .resolve(blob.substring(0, 2))
                .resolve(blob);
    }

    @Test
    void fiveHundredPathsAreCopied() throws Exception {
        // One build, so that the test is not about builds.
        String many = "{ many = derivation { name = \"many\"; system = \"x86_64-linux\"; builder = \"/bin/sh\";"
                + " outputs = map (n: \"o\" + toString n) (builtins.genList (n: n) 500);"
                + " args = [ \"-c\" \"for o in $outputs; do eval echo \\\\$o '>' \\\\$$o; done\" ]; }; }";
        String build = cache.build(many).get("many").get("id").asString();
        cache.published();
        List<String> paths = cache.server()
                .sql(handle -> handle.createQuery(
                                "select path from circus.build_outputs where build = cast(:build as uuid)")
                        .bind("build", build)
                        .mapTo(String.class)
                        .list());
        assertThat(paths).hasSize(500).doesNotHaveDuplicates();
        NixClient client = client("client");
        NixClient.Said said = client.copy(cache.url(), cache.publicKey(), paths);
        assertThat(said.code()).as(said.text()).isZero();
        for (String path : paths) {
            assertThat(client.file(path)).exists();
        }
    }

    @Test
    void answersAreThoseOfAnHttpCache() throws Exception {
        String app = app();
        assertThat(cache.get("nix-cache-info").body())
                .isEqualTo("StoreDir: " + cache.storeDirectory() + "\nWantMassQuery: 1\nPriority: 30\n");
        HttpResponse<String> info = cache.get(narInfo(app));
        assertThat(info.statusCode()).isEqualTo(200);
        assertThat(info.headers().firstValue("Content-Type")).hasValue("text/x-nix-narinfo");
        assertThat(info.body().lines().map(line -> line.substring(0, line.indexOf(':'))))
                .containsExactly(
                        "StorePath",
                        "URL",
                        "Compression",
                        "FileHash",
                        "FileSize",
                        "NarHash",
                        "NarSize",
                        "References",
                        "Deriver",
                        "Sig");
        assertThat(cache.get(narInfo(app).replace(".narinfo", "")).body()).isEqualTo(info.body());
        HttpResponse<String> head = cache.send("HEAD", narInfo(app));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        String tag = info.headers().firstValue("ETag").orElseThrow();
        String date = info.headers().firstValue("Last-Modified").orElseThrow();
        assertThat(cache.get(narInfo(app), "If-None-Match", "\"x\", " + tag).statusCode())
                .isEqualTo(304);
        assertThat(cache.get(narInfo(app), "If-None-Match", "\"x\"", "If-Modified-Since", date)
                        .statusCode())
                .isEqualTo(200);
        assertThat(cache.get(narInfo(app), "If-Modified-Since", date).statusCode())
                .isEqualTo(304);

        Map<String, String> fields = cache.fields(app);
        assertThat(fields.get("Compression")).isEqualTo("zstd");
        assertThat(fields.get("NarHash")).matches("sha256:[0-9a-df-np-sv-z]{52}");
        String nar = fields.get("URL");
        assertThat(nar).matches("nar/[0-9a-df-np-sv-z]{52}\\.nar\\.zst");
        HttpResponse<String> whole = cache.get(nar);
        assertThat(whole.headers().firstValue("Content-Type")).hasValue("application/zstd");
        assertThat(whole.headers().firstValue("Cache-Control").orElseThrow()).contains("immutable");
        int size = whole.body().length();
        assertThat(fields.get("FileSize")).isEqualTo("" + size);
        assertThat(whole.body().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(Files.readAllBytes(blob(app)));
        HttpResponse<String> rest = cache.get(nar, "Range", "bytes=10-");
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.body()).isEqualTo(whole.body().substring(10));
        assertThat(cache.get(nar, "Range", "bytes=-7").body())
                .isEqualTo(whole.body().substring(size - 7));
        HttpResponse<String> beyond = cache.get(nar, "Range", "bytes=" + size + "-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(beyond.headers().firstValue("Content-Range")).hasValue("bytes */" + size);
        // More than one range at once is not given.
        assertThat(cache.get(nar, "Range", "bytes=0-1,4-5").body()).isEqualTo(whole.body());
        assertThat(cache.get(
                                nar,
                                "If-None-Match",
                                whole.headers().firstValue("ETag").orElseThrow())
                        .statusCode())
                .isEqualTo(304);
        HttpResponse<String> narHead = cache.send("HEAD", nar);
        assertThat(narHead.headers().firstValue("Content-Length")).hasValue("" + size);
        for (String nothing : List.of(
                "0".repeat(32) + ".narinfo",
                "e" + "0".repeat(31),
                "0".repeat(31),
                "..%2fnix-cache-info",
                "nar/" + "0".repeat(52) + ".nar.zst",
                nar.replace(".zst", ""),
                nar.replace(".zst", ".xz"),
                "nar/x",
                "upstream/a/nar/b",
                "a/b/c")) {
            HttpResponse<String> none = cache.get(nothing);
            assertThat(none.statusCode()).as(nothing).isIn(404, 400);
        }
        assertThat(cache.get("0".repeat(32) + ".narinfo").body()).isEmpty();
        String metrics = cache.server().anonymous().get("/prometheus").body();
        assertThat(metrics).contains("circus_cache_paths 2\n");
    }

    @Test
    void aDownloadThatBrokeOffGoesOn() throws Exception {
        JsonNode big = cache.build(
                        "{ big = " + NixRepository.job("big", "/usr/bin/head -c 3000000 /dev/urandom > $out") + "; }")
                .get("big");
        cache.published();
        Path part = directory.resolve("part");
        String nar = cache.fields(output(big)).get("URL");
        byte[] whole = Files.readAllBytes(blob(output(big)));
        Files.write(part, java.util.Arrays.copyOf(whole, 1_234_567));
        NixClient.Said said =
                client("curl").run("curl", "-fsS", "-C", "-", "-o", part.toString(), cache.url() + "/" + nar);
        assertThat(said.code()).as(said.text()).isZero();
        assertThat(Files.readAllBytes(part)).isEqualTo(whole);
    }

    @Test
    void whatWasNotPublishedWhenTheServerDiedIsPublishedAfterwards() throws Exception {
        String app = app();
        cache.server().sql(handle -> handle.execute("delete from circus.narinfo_cache"));
        String self = Files.readString(directory.resolve("data/runner-id")).strip();
        // As it stands when a server dies while it publishes: taken, and held for a while.
        cache.server().sql(handle -> handle.execute("""
                insert into circus.publications (build_id, attempts, holder, held_until)
                select build, 1, cast(? as uuid), now() + interval '1 hour' from circus.build_outputs
                """, self));
        assertThat(cache.tasks()).isPositive();
        cache.restart(Map.of());
        cache.published();
        assertThat(cache.get(narInfo(app)).statusCode()).isEqualTo(200);
        NixClient.Said said = client("client").substitute(cache.url(), cache.publicKey(), app);
        assertThat(said.code()).as(said.text()).isZero();
    }

    @Test
    void itsKeyStaysAndIsItsOwn() throws Exception {
        String key = cache.publicKey();
        Path secret = directory.resolve("data/nix-cache-key");
        assertThat(Files.getPosixFilePermissions(secret)).hasSize(2);
        assertThat(directory.resolve("data/nix-cache-key.pub")).hasContent(key);
        cache.restart(Map.of());
        assertThat(cache.publicKey()).isEqualTo(key);
    }

    @Test
    void itIsAllGoneWhenItIsOff() throws Exception {
        String app = app();
        String nar = cache.fields(app).get("URL");
        cache.restart(Map.of("TRIVET_CACHE_ENABLED", "false"));
        for (String path : List.of("nix-cache-info", "public-key", narInfo(app), nar, "upstream/a/nar/b")) {
            HttpResponse<String> answer = cache.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void whatWasBuiltIsCopiedToAnotherStore() throws Exception {
        Path elsewhere = directory.resolve("elsewhere");
        cache.restart(
                Map.of("TRIVET_CACHE_UPLOAD_ENABLED", "true", "TRIVET_CACHE_UPLOAD_STORE_URI", "file://" + elsewhere));
        String app = app();
        assertThat(elsewhere.resolve(narInfo(app))).exists();
        try (Stream<Path> all = Files.list(elsewhere)) {
            assertThat(all.filter(file -> file.toString().endsWith(".narinfo"))).hasSize(2);
        }
        cache.restart(Map.of(
                "TRIVET_CACHE_UPLOAD_STORE_URI", "file:///proc/nowhere",
                "TRIVET_CACHE_UPLOAD_UPLOAD_MAX_RETRIES", "0",
                "TRIVET_CACHE_UPLOAD_FAIL_BUILD_ON_UPLOAD_ERROR", "true"));
        String id = cache.build("{ new = " + NixRepository.job("new", "echo new > $out") + "; }")
                .get("new")
                .get("id")
                .asString();
        JsonNode failed = Eventually.await(
                "the build to fail",
                () -> Optional.of(cache.server().admin().get("builds/" + id).json())
                        .filter(build -> build.get("status").asString().equals("failed")),
                () -> cache.server().admin().get("builds/" + id).body());
        assertThat(failed.get("error_message").asString()).contains("cannot be copied");
    }

    @Test
    void oneCachePassesOnWhatAnotherHas(@TempDir Path other) throws Exception {
        String app = app();
        Map<String, String> chained = Map.of(
                "TRIVET_CACHE_UPSTREAMS",
                cache.url() + " " + cache.publicKey(),
                "TRIVET_SERVER_ALLOW_INTERNAL_REQUESTS",
                "true",
                "NIX_STORE_DIR",
                cache.storeDirectory(),
                "TRIVET_RUNNER_NIX",
                "off");
        try (var second = new CacheTesting(other, chained)) {
            NixClient client = client("client");
            NixClient.Said said = client.substitute(second.url(), cache.publicKey(), app);
            assertThat(said.code()).as(said.text()).isZero();
            assertThat(client.file(app)).exists();
            assertThat(second.fields(app).get("URL")).startsWith("upstream/");
            assertThat(second.get("upstream/" + "nobody/nar/x.nar").statusCode())
                    .isEqualTo(404);
            String nar = second.fields(app).get("URL");
            String whole = second.get(nar).body();
            assertThat(second.get(nar, "Range", "bytes=5-").body()).isEqualTo(whole.substring(5));
            second.restart(Map.of("TRIVET_CACHE_REDIRECT_UPSTREAM", "true"));
            assertThat(second.get(second.fields(app).get("URL")).statusCode()).isEqualTo(302);
            NixClient redirected = client("redirected");
            NixClient.Said again = redirected.substitute(second.url(), cache.publicKey(), app);
            assertThat(again.code()).as(again.text()).isZero();
            List<String> refused = new ArrayList<>();
            second.restart(Map.of("TRIVET_SERVER_ALLOW_INTERNAL_REQUESTS", "false"));
            refused.add(String.valueOf(second.get(narInfo(app)).statusCode()));
            second.restart(Map.of(
                    "TRIVET_SERVER_ALLOW_INTERNAL_REQUESTS",
                    "true",
                    "TRIVET_CACHE_UPSTREAMS",
                    cache.url() + " " + STRANGER));
            refused.add(String.valueOf(second.get(narInfo(app)).statusCode()));
            assertThat(refused).containsExactly("404", "404");
        }
    }
}
