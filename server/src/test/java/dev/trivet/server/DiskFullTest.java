package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invariant 8, on a small disk of its own: a full disk refuses what is new, and loses nothing that was accepted. */
class DiskFullTest {
    private static final String TOKEN = "the-administrators-token-of-this-test";

    @TempDir
    Path directory;

    @BeforeEach
    void mount() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "a small file system can only be mounted by root");
        assertThat(run("mount", "-t", "tmpfs", "-o", "size=700m", "trivet-test", directory.toString()))
                .isZero();
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", directory.toString());
    }

    @Test
    void aFullDiskRefusesNewJobsAndLosesNothing() throws Exception {
        try (TrivetServer server = TrivetServer.start(settings(), Clock.systemUTC());
                SrhtClient client = new SrhtClient(server.address(), TOKEN)) {
            int running = client.submit("""
                    image: debian/stable
                    tasks:
                    - count: |
                        set +x
                        for i in $(seq 1 60); do echo "line $i"; sleep 0.1; done
                    """);
            client.await(running, Set.of("running"));
            while (!client.taskLog(running, "count").contains("line 3\n")) {
                Thread.onSpinWait();
            }
            Path filler = directory.resolve("filler");
            fill(filler);
            HttpResponse<String> refused = client.post("/api/jobs", "{\"manifest\": \"image: x\\ntasks: [{a: b}]\"}");
            assertThat(refused.statusCode()).isIn(503, 507);
            assertThat(refused.body()).contains("\"errors\"").contains("disk");
            Files.delete(filler);
            assertThat(client.end(running)).isIn("success", "failed");
            checkCounting(client.taskLog(running, "count"));
            int after = client.submit("image: debian/stable\ntasks:\n- fine: echo fine\n");
            assertThat(client.end(after)).as(client.setupLog(after)).isEqualTo("success");
        }
    }

    private static void checkCounting(String log) {
        int expected = 1;
        for (String line : log.lines().filter(text -> text.startsWith("line ")).toList()) {
            assertThat(line).isEqualTo("line " + expected);
            expected++;
        }
        assertThat(expected).isGreaterThan(3);
    }

    private static void fill(Path filler) throws IOException {
        var block = new byte[1 << 20];
        for (int size = block.length; size >= 4096; size /= 16) {
            try (OutputStream out = Files.newOutputStream(
                    filler, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(block, 0, size);
                }
            } catch (IOException full) {
                // Goes on with smaller blocks until not even those fit.
            }
        }
    }

    private Settings settings() {
        return Settings.read(
                Settings.Options.NONE,
                Map.of(
                        "TRIVET_LISTEN", "127.0.0.1:0",
                        "TRIVET_DATA", directory.resolve("data").toString(),
                        "TRIVET_ADMIN_TOKEN", TOKEN,
                        "TRIVET_SERVER_DRAIN_TIMEOUT", "0s",
                        "TRIVET_SERVER_MIN_FREE_SPACE", "64MiB"));
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(List.of(command)).inheritIO().start().waitFor();
    }
}
