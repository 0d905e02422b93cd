package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.robothy.s3.rest.LocalS3;
import com.robothy.s3.rest.bootstrap.LocalS3Mode;
import dev.trivet.store.DatabaseConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that keep blobs in a bucket. */
class S3BlobsTest {
    private static final String TOKEN = "the-administrators-token-of-this-test";

    @TempDir
    Path directory;

    private LocalS3 s3;

    @BeforeEach
    void bucket() throws Exception {
        s3 = LocalS3.builder().port(-1).mode(LocalS3Mode.IN_MEMORY).build();
        s3.start();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest create = HttpRequest.newBuilder(endpoint().resolve("/blobs"))
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build();
            assertThat(http.send(create, HttpResponse.BodyHandlers.discarding()).statusCode())
                    .isEqualTo(200);
        }
    }

    @AfterEach
    void stop() {
        s3.shutdown();
    }

    private URI endpoint() {
        return URI.create("http://127.0.0.1:" + s3.getPort());
    }

    private Map<String, String> environment(String name) {
        Map<String, String> environment = new HashMap<>();
        environment.put("TRIVET_LISTEN", "127.0.0.1:0");
        environment.put("TRIVET_DATA", directory.resolve(name).toString());
        environment.put("TRIVET_ADMIN_TOKEN", TOKEN);
        environment.put("TRIVET_SERVER_DRAIN_TIMEOUT", "0s");
        environment.put("TRIVET_BLOBS_STORE", "s3");
        environment.put("TRIVET_BLOBS_S3_BUCKET", "blobs");
        environment.put("TRIVET_BLOBS_S3_ENDPOINT", endpoint().toString());
        environment.put("TRIVET_BLOBS_S3_PREFIX", "trivet/");
        environment.put("TRIVET_BLOBS_S3_ACCESS_KEY", "key");
        environment.put("TRIVET_BLOBS_S3_SECRET_KEY", "not-to-be-shown");
        return environment;
    }

    private static Settings settings(Map<String, String> environment) {
        return Settings.read(Settings.Options.NONE, environment);
    }

    @Test
    void anArtifactThatOneServerTookInIsServedByAnother() throws Exception {
        Settings first = settings(environment("first"));
        try (TrivetServer server = TrivetServer.start(first, Clock.systemUTC());
                Storage storage = Storage.visit(first);
                SrhtClient client = new SrhtClient(server.address(), TOKEN)) {
            int id = client.submit("""
                    image: debian/stable
                    artifacts: [out.bin]
                    tasks:
                    - make: |
                        seq 1 100000 > out.bin
                        echo made
                    """);
            assertThat(client.end(id)).as(client.setupLog(id)).isEqualTo("success");
            assertThat(client.taskLog(id, "make")).contains("made");
            try (Stream<Path> files =
                    Files.walk(directory.resolve("first/blobs")).filter(Files::isRegularFile)) {
                assertThat(files.map(file -> file.getFileName().toString())).containsExactly("lock");
            }
            String path = URI.create(client.json("/api/jobs/" + id + "/artifacts")
                            .get("results")
                            .get(0)
                            .get("url")
                            .asString())
                    .getPath();
            DatabaseConfig database = storage.database().config();
            Map<String, String> other = environment("second");
            other.put("TRIVET_RUNNER_EMBEDDED", "false");
            other.put("TRIVET_DATABASE_URL", url(database));
            try (TrivetServer second = TrivetServer.start(settings(other), Clock.systemUTC());
                    SrhtClient elsewhere = new SrhtClient(second.address(), TOKEN)) {
                byte[] whole = client.get(path).body();
                assertThat(new String(whole, StandardCharsets.US_ASCII))
                        .startsWith("1\n2\n")
                        .endsWith("\n100000\n");
                assertThat(elsewhere.get(path).body()).isEqualTo(whole);
                HttpResponse<byte[]> part = elsewhere.get(path, "Range", "bytes=100-199");
                assertThat(part.statusCode()).isEqualTo(206);
                assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(whole, 100, 200));
            }
        }
    }

    private static String url(DatabaseConfig database) {
        return database.url()
                + (database.url().contains("?") ? "&" : "?") + "user=" + database.user() + "&password="
                + java.net.URLEncoder.encode(database.password(), StandardCharsets.UTF_8);
    }

    @Test
    void aServerDoesNotStartWithoutItsBucket() {
        Map<String, String> environment = environment("data");
        environment.put("TRIVET_BLOBS_S3_BUCKET", "missing");
        assertThatThrownBy(() -> TrivetServer.start(settings(environment), Clock.systemUTC()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bucket 'missing'")
                .hasMessageContaining(endpoint().toString())
                .hasMessageContaining("blobs.s3.bucket");
    }

    @Test
    void keysThatDoNotFitAreNamed() {
        refused("TRIVET_BLOBS_STORE", "disk", "blobs.store is 'disk', expected directory or s3");
        refused("TRIVET_BLOBS_STORE", "directory", "expected s3, as blobs.s3.bucket is set");
        refused("TRIVET_BLOBS_S3_BUCKET", "", "blobs.s3.bucket");
        refused("TRIVET_BLOBS_S3_ENDPOINT", "s3.example.org", "blobs.s3.endpoint");
        refused("TRIVET_BLOBS_S3_PREFIX", "trivet", "blobs.s3.prefix");
        refused("TRIVET_BLOBS_S3_PATH_STYLE", "yes", "blobs.s3.path_style");
        refused("TRIVET_BLOBS_S3_ACCESS_KEY", "", "blobs.s3.secret_key");
        assertThat(settings(environment("data")).toString()).doesNotContain("not-to-be-shown");
    }

    private void refused(String variable, String value, String message) {
        Map<String, String> environment = environment("data");
        environment.put(variable, value);
        assertThatThrownBy(() -> settings(environment))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("not-to-be-shown");
    }
}
