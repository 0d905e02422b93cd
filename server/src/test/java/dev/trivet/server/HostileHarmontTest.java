package dev.trivet.server;

import static dev.trivet.server.HarmontClient.pipelineOf;
import static dev.trivet.server.HarmontClient.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.HarmontClient.Answer;
import dev.trivet.store.TestPrograms;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input over HTTP: the contract's error code, and nothing of a build left behind (spec harmont sections 2.12 and 3.6). */
class HostileHarmontTest {
    private static final String TOKEN = "the-administrators-token-of-this-test";
    private static final String SECRET = "a-secret-of-the-forge";

    @TempDir
    static Path directory;

    private static TrivetServer server;
    private static HarmontClient client;
    private static String org;

    @BeforeAll
    static void start() throws Exception {
        Map<String, String> environment = new HashMap<>();
        environment.put("TRIVET_LISTEN", "127.0.0.1:0");
        environment.put(
                "TRIVET_DATA", TestPrograms.in(directory.resolve("data")).toString());
        environment.put("TRIVET_ADMIN_TOKEN", TOKEN);
        environment.put("TRIVET_SERVER_DRAIN_TIMEOUT", "0s");
        environment.put("TRIVET_GITHUB_WEBHOOK_SECRET", SECRET);
        server = TrivetServer.start(Settings.read(Settings.Options.NONE, environment), Clock.systemUTC());
        client = new HarmontClient(server.address(), TOKEN);
        org = client.org();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static String builds(String name) throws Exception {
        return "/organizations/" + org + "/pipelines/" + client.pipeline(org, name) + "/builds";
    }

    @Test
    void sourcesThatCannotBeTrustedLeaveNoBuild() throws Exception {
        String builds = builds("archives");
        refusedArchive(builds, "not base64!", "base64");
        refusedArchive(builds, base64("no archive at all".getBytes()), "");
        refusedArchive(builds, base64(archive(tar -> entry(tar, "../evil", 1))), "root");
        refusedArchive(builds, base64(archive(tar -> entry(tar, "/etc/evil", 1))), "absolute");
        refusedArchive(
                builds,
                base64(archive(tar -> tar.putArchiveEntry(new TarArchiveEntry("null", TarConstants.LF_CHR)))),
                "device");
        refusedArchive(
                builds,
                base64(archive(tar -> {
                    TarArchiveEntry link = new TarArchiveEntry("link", TarConstants.LF_SYMLINK);
                    link.setLinkName("/etc/passwd");
                    tar.putArchiveEntry(link);
                })),
                "outside");
        assertThat(client.get(builds).json().get("data").isEmpty()).isTrue();
    }

    @Test
    void aBillionZerosAreNotUnpacked() throws Exception {
        String builds = builds("zeros");
        // 3 GB of zeros in 3 MB: one entry that says so, then one that says less than it is.
        var bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("zeros");
            entry.setSize(3L << 30);
            byte[] header = new byte[512];
            entry.writeEntryHeader(header);
            gzip.write(header);
            byte[] zeros = new byte[1 << 20];
            for (int count = 0; count < 3 << 10; count++) {
                gzip.write(zeros);
            }
        }
        refusedArchive(builds, base64(bytes.toByteArray()), "unpacks to more than");
        assertThat(client.get(builds).json().get("data").isEmpty()).isTrue();
    }

    @Test
    void aBodyBeyondTheBoundIsRefusedBeforeItIsRead() throws Exception {
        String builds = builds("oversized");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(server.address().resolve("/api/v0" + builds))
                            .header("Authorization", "Bearer " + TOKEN)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofByteArray(new byte[41 << 20]))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).contains("\"error\"").contains("\"request_id\"");
        }
        assertThat(client.get(builds).json().get("data").isEmpty()).isTrue();
    }

    /** The build is there, ended before it began, and says why: that is the contract; but none of its jobs is. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cycle       | {"version":"0","steps":[{"key":"a","cmd":"x","depends_on":["b"]},{"key":"b","cmd":"x","depends_on":["a"]}]}
            unknown key | {"version":"0","steps":[{"key":"a","cmd":"x","depends_on":["nobody"]}]}
            duplicates  | {"version":"0","steps":[{"key":"a","cmd":"x"},{"key":"a","cmd":"y"}]}
            twice       | {"version":"0","version":"0","steps":[{"key":"a","cmd":"x"}]}
            not JSON    | {"version":"0","steps":[
            no object   | [1,2,3]
            """)
    void pipelinesThatMakeNoSenseHaveNoJobs(String name, String ir) throws Exception {
        String builds = builds("rejected " + name);
        Answer answer = client.post(builds, Map.of("branch", "m", "commit", "c", "pipeline_ir", ir));
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("build_plan_rejected");
        assertThat(client.get(builds + "/1").json().get("state").asString()).isEqualTo("failed");
        assertThat(client.get(builds + "/1/jobs").json().get("data").isEmpty()).isTrue();
    }

    @Test
    void aLogTokenIsGoodForItsBuildAlone() throws Exception {
        String builds = builds("tokens");
        String pipeline = builds.split("/")[4];
        String one = client.build(org, pipeline, pipelineOf(step("a", "echo one")), null);
        String two = client.build(org, pipeline, pipelineOf(step("a", "echo two")), null);
        client.end(one);
        client.end(two);
        String token = client.get(one + "/log-token").json().get("token").asString();
        String other = client.jobs(two).get("a").get("id").asString();
        assertThat(log(other, token).statusCode()).isEqualTo(403);
        assertThat(log(other, token + "x").statusCode()).isEqualTo(401);
        assertThat(log("00000000-0000-4000-8000-000000000000", token).body())
                .as("a job that is not there is not told apart from one of another build")
                .isEqualTo(log(other, token).body());
    }

    @Test
    void aForgedWebhookIsRefused() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(server.address().resolve("/webhooks/github"))
                            .header("Content-Type", "application/json")
                            .header("X-GitHub-Event", "push")
                            .header("X-GitHub-Delivery", "1")
                            .header("X-Hub-Signature-256", "sha256=" + "0".repeat(64))
                            .POST(BodyPublishers.ofString("{}"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).doesNotContain(SECRET);
        }
    }

    private static HttpResponse<String> log(String job, String token) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(server.address().resolve("/v0/jobs/" + job + "/logs?token=" + token))
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    private static void refusedArchive(String builds, String source, String reason) throws Exception {
        String ir = pipelineOf(step("a", "true")).toString();
        Answer answer = client.post(builds, Map.of("branch", "m", "pipeline_ir", ir, "source_b64", source));
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("build_invalid");
        assertThat(answer.json().at("/error/message").asString())
                .startsWith("source_b64 is invalid")
                .contains(reason);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private interface Entries {
        void write(TarArchiveOutputStream tar) throws IOException;
    }

    private static void entry(TarArchiveOutputStream tar, String name, int size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
        tar.write(new byte[size]);
    }

    private static byte[] archive(Entries entries) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            entries.write(tar);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }
}
