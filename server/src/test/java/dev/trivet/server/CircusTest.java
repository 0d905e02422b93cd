package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import dev.trivet.store.TestPrograms;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Circus API says of itself (spec circus sections 2.1, 2.10, 2.11). */
class CircusTest {
    private static final String TOKEN = "the-administrators-token-of-this-test";

    @TempDir
    static Path directory;

    private static TrivetServer server;
    private static CircusClient admin;

    @BeforeAll
    static void start() throws Exception {
        Map<String, String> environment = new HashMap<>();
        environment.put("TRIVET_LISTEN", "127.0.0.1:0");
        environment.put(
                "TRIVET_DATA", TestPrograms.in(directory.resolve("data")).toString());
        environment.put("TRIVET_ADMIN_TOKEN", TOKEN);
        environment.put("TRIVET_SERVER_DRAIN_TIMEOUT", "0s");
        server = TrivetServer.start(Settings.read(Settings.Options.NONE, environment), Clock.systemUTC());
        admin = new CircusClient(server.address(), TOKEN);
    }

    @AfterAll
    static void stop() {
        admin.close();
        server.close();
    }

    @Test
    void theSystemIsCountedForAdministrators() throws Exception {
        Answer counts = admin.get("admin/system");
        assertThat(counts.status()).as(counts.body()).isEqualTo(200);
        assertThat(counts.json().get("builds_pending").asInt()).isZero();
        Answer anonymous = admin.as(null).get("admin/system");
        assertThat(anonymous.status()).isEqualTo(401);
        assertThat(anonymous.code()).isEqualTo("UNAUTHORIZED");
    }

    @Test
    void theDocumentHasEveryRoute() throws Exception {
        Answer document = admin.as(null).get("openapi.json");
        assertThat(document.status()).isEqualTo(200);
        assertThat(document.json().get("paths").has("/api/v1/admin/system")).isTrue();
        assertThat(document.json().get("paths").has("/api/v1/openapi.json")).isTrue();
        assertThat(admin.get("nothing").code()).isEqualTo("NOT_FOUND");
    }
}
