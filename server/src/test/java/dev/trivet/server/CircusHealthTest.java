package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import dev.trivet.store.DatabaseConfig;
import dev.trivet.store.TestCluster;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Whether the server is ready, as Circus tells it (spec circus section 2.11). */
class CircusHealthTest {
    @TempDir
    Path directory;

    @Test
    void aServerThatStartedIsHealthyForEverybody() throws Exception {
        Map<String, String> narrow = Map.of(
                "TRIVET_SERVER_RATE_LIMIT_RPS", "1",
                "TRIVET_SERVER_RATE_LIMIT_BURST", "1",
                "TRIVET_SERVER_REQUIRE_API_KEY_FOR_READS", "true");
        try (CircusServer server = new CircusServer(directory, narrow)) {
            CircusClient anonymous = server.anonymous();
            Answer answer = anonymous.get("/health");
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json().get("status").asString()).isEqualTo("ok");
            assertThat(answer.json().get("database").asBoolean()).isTrue();
            assertThat(answer.json().get("version").asString()).isNotBlank();
            JsonNode services = answer.json().get("services");
            assertThat(services.valueStream()
                            .map(service -> service.get("service").asString()))
                    .containsExactly("evaluator", "queue-runner");
            for (JsonNode service : services) {
                assertThat(service.get("healthy").asBoolean()).isTrue();
                assertThat(service.get("detail").isNull()).isTrue();
                assertThat(service.get("seconds_since").asLong()).isBetween(0L, 15L);
                assertThat(service.get("poll_interval").asLong()).isPositive();
                assertThat(Instant.parse(service.get("last_heartbeat_at").asString()))
                        .isBeforeOrEqualTo(Instant.now());
            }
            Answer head = anonymous.send("HEAD", "/health", null);
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(server.having("read-only").get("/health").status()).isEqualTo(200);
            assertThat(server.admin().get("/health").status()).isEqualTo(200);
            assertThat(anonymous.get("/healthz").body()).isEqualTo("ok");
        }
    }

    @Test
    void whatDoesNotBeatIsNamed() throws Exception {
        try (CircusServer server = new CircusServer(directory, Map.of())) {
            int _ = server.<Integer>sql(handle -> handle.execute("""
                    insert into circus.service_heartbeats (service, last_heartbeat_at, poll_interval_seconds)
                    values ('mailer', now() - interval '31 seconds', 10)
                    """));
            Answer answer = server.anonymous().get("/health");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().get("status").asString()).isEqualTo("degraded");
            assertThat(answer.json().get("database").asBoolean()).isTrue();
            assertThat(answer.json().get("services")).hasSize(3);
            assertThat(answer.json().at("/services/1/service").asString()).isEqualTo("mailer");
            assertThat(answer.json().at("/services/1/healthy").asBoolean()).isFalse();
            assertThat(answer.json().at("/services/1/detail").asString()).contains("expected every 10 s");
            assertThat(answer.json().at("/services/0/healthy").asBoolean()).isTrue();
        }
    }

    @Test
    void withoutADatabaseItIsNotReadyAndSaysSo() throws Exception {
        try (TestCluster cluster = new TestCluster()) {
            DatabaseConfig config = cluster.config();
            String url = config.url() + "&user=" + config.user() + "&password=" + config.password();
            try (CircusServer server = new CircusServer(directory, Map.of("TRIVET_DATABASE", url))) {
                CircusClient anonymous = server.anonymous();
                assertThat(anonymous.get("/health").status()).isEqualTo(200);
                cluster.kill();
                Answer down = anonymous.get("/health");
                assertThat(down.status()).isEqualTo(503);
                assertThat(down.json().get("status").asString()).isEqualTo("degraded");
                assertThat(down.json().get("database").asBoolean()).isFalse();
                assertThat(down.json().get("services")).isEmpty();
                assertThat(anonymous.send("HEAD", "/health", null).status()).isEqualTo(503);
                cluster.start();
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                while (anonymous.get("/health").status() != 200) {
                    assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                }
            }
        }
    }
}
