package dev.trivet.srht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.StepState;
import dev.trivet.engine.Lease;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Spec sections 4.5 and 5.6: logs that are followed while they grow, and artifacts at their addresses. */
class LogsAndArtifactsTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.with(MigrationSet.ENGINE, JobStore.MIGRATIONS);

    @TempDir
    static Path directory;

    static TestServer server;
    static TestRunner runner;

    @BeforeAll
    static void start() throws Exception {
        server = new TestServer(DATABASE.database(), directory);
        runner = new TestRunner(server);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void aLogIsFollowedWithRanges() throws Exception {
        int id = server.submit("alice-token", "");
        Lease lease = runner.start(server.job(id));
        String path = "/logs/" + id + "/log";

        var empty = server.get("", path, "Range", "bytes=0-");
        assertThat(empty.status()).isEqualTo(206);
        assertThat(empty.header("Content-Range")).isEqualTo("bytes 0-0/0");
        assertThat(empty.text()).isEmpty();

        runner.log(lease, 0, "first\n");
        var first = server.get("", path, "Range", "bytes=0-");
        assertThat(first.status()).isEqualTo(206);
        assertThat(first.header("Content-Range")).isEqualTo("bytes 0-5/6");
        assertThat(first.text()).isEqualTo("first\n");

        runner.log(lease, 0, "second\n");
        var second = server.get("", path, "Range", "bytes=5-");
        assertThat(second.header("Content-Range")).isEqualTo("bytes 5-12/13");
        assertThat(second.text()).isEqualTo("\nsecond\n");

        var whole = server.get("", path);
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.header("Content-Type")).startsWith("text/plain");
        assertThat(whole.header("Accept-Ranges")).isEqualTo("bytes");
        assertThat(whole.text()).isEqualTo("first\nsecond\n");
        assertThat(server.get("", "/query/log/" + id + "/log").text()).isEqualTo(whole.text());

        var head = server.send("", HttpRequest.newBuilder(server.uri(path)).HEAD());
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo("13");
    }

    @Test
    void tasksHaveLogsOfTheirOwnOnceTheyRun() throws Exception {
        int id = server.submit("alice-token", "");
        assertThat(server.get("", "/logs/" + id + "/log").status())
                .as("not started")
                .isEqualTo(404);
        Lease lease = runner.start(server.job(id));
        runner.step(lease, 1, StepState.RUNNING);
        runner.log(lease, 1, "+ echo 1\n1\n");

        assertThat(server.get("", "/logs/" + id + "/one/log").text()).isEqualTo("+ echo 1\n1\n");
        var pending = server.get("", "/logs/" + id + "/two/log");
        assertThat(pending.status()).isEqualTo(404);
        assertThat(pending.header("Content-Type")).startsWith("text/plain");
        assertThat(server.get("", "/logs/" + id + "/three/log").status()).isEqualTo(404);
        assertThat(server.get("", "/logs/999999/log").status()).isEqualTo(404);
        assertThat(server.get("", "/logs/abc/log").status()).isEqualTo(400);
        assertThat(server.get("", "/query/log/abc/one/log").status()).isEqualTo(400);
        assertThat(server.get("a bad token", "/logs/" + id + "/one/log").status())
                .as("legacy clients send anything")
                .isEqualTo(200);
    }

    @Test
    void aJobCancelledBeforeItRanHasAnEmptyLog() throws Exception {
        int id = server.submit("alice-token", "");
        server.post("alice-token", "/api/jobs/" + id + "/cancel", "");

        assertThat(server.get("alice-token", "/api/jobs/" + id)
                        .json()
                        .get("setup_log")
                        .isNull())
                .isFalse();
        assertThat(server.get("", "/logs/" + id + "/log").status()).isEqualTo(200);
        assertThat(server.get("", "/logs/" + id + "/log", "Range", "bytes=0-").status())
                .isEqualTo(206);
    }

    @Test
    void artifactsAreListedAndDownloaded() throws Exception {
        int id = server.submit("alice-token", "\"access:read\": []");
        Lease lease = runner.start(server.job(id));
        byte[] page = "<script>alert(1)</script>".getBytes(StandardCharsets.UTF_8);
        runner.artifact(lease, "out/page one.html", page);
        runner.artifact(lease, "empty", new byte[0]);
        runner.finish(lease, JobEvent.PASS);

        JsonNode list =
                server.get("alice-token", "/api/jobs/" + id + "/artifacts").json();
        assertThat(list.get("total").intValue()).isEqualTo(2);
        assertThat(list.get("next").isNull()).isTrue();
        assertThat(list.get("results").get(0).get("path").stringValue())
                .as("newest first")
                .isEqualTo("empty");
        JsonNode artifact = list.get("results").get(1);
        assertThat(artifact.propertyNames()).containsExactly("id", "created", "path", "name", "url", "size");
        assertThat(artifact.get("created").stringValue())
                .matches("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00");
        assertThat(artifact.get("name").stringValue()).isEqualTo("page one.html");
        assertThat(artifact.get("size").intValue()).isEqualTo(page.length);
        assertThat(artifact.get("url").stringValue())
                .matches("https://ci\\.example\\.org/~alice/" + id + "/[0-9a-f]{16}/page%20one\\.html");

        String path = artifact.get("url").stringValue().substring(TestServer.ORIGIN.length());
        var download = server.get("", path);
        assertThat(download.status()).isEqualTo(200);
        assertThat(download.response().body()).isEqualTo(page);
        assertThat(download.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(download.header("Content-Disposition")).startsWith("attachment");
        assertThat(download.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(server.get("", path, "Range", "bytes=1-6").text()).isEqualTo("script");
        String emptyPath = list.get("results").get(0).get("url").stringValue().substring(TestServer.ORIGIN.length());
        assertThat(server.get("", emptyPath).status()).isEqualTo(200);
        assertThat(server.get("", emptyPath).response().body()).isEmpty();
    }

    @Test
    void artifactAddressesCannotBeGuessed() throws Exception {
        int id = server.submit("alice-token", "");
        Lease lease = runner.start(server.job(id));
        runner.artifact(lease, "file", new byte[] {1});
        String key = server.job(id).artifactKey();

        assertThat(server.get("", "/~alice/" + id + "/" + key + "/file").status())
                .isEqualTo(200);
        for (String path : List.of(
                "/~alice/" + id + "/0000000000000000/file",
                "/~bob/" + id + "/" + key + "/file",
                "/~alice/" + (id + 1) + "/" + key + "/file",
                "/~alice/" + id + "/" + key + "/other",
                "/~alice/x/" + key + "/file")) {
            assertThat(server.get("", path).status()).as(path).isEqualTo(404);
        }
        assertThat(key).matches("[0-9a-f]{16}");
        int other = server.submit("alice-token", "");
        assertThat(server.job(other).artifactKey()).isNotEqualTo(key);
    }
}
