package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.CircusAnswers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Remote runners as sessions of builder agents (spec circus sections 1.3, 2.10). */
class CircusRunnersTest {
    private static final String ALL = "admin/builders/sessions";
    private static final UUID ONE = UUID.randomUUID();
    private static final UUID TWO = UUID.randomUUID();

    @TempDir
    Path directory;

    @Test
    void runnersAreListedConnectedOnesFirstAndStayListed() throws Exception {
        Map<String, String> alone = Map.of("TRIVET_RUNNER_EMBEDDED", "false");
        try (CircusServer server = new CircusServer(directory, alone)) {
            CircusClient anonymous = server.anonymous();
            assertThat(ok(anonymous.get(ALL))).isEmpty();
            Answer token = server.admin().post("/api/runner/v1/tokens", Map.of("name", "test"));
            CircusClient runner = server.admin().as(token.json().get("token").asString());
            String one = register(runner, ONE, "one");
            String two = register(runner, TWO, "two");
            ok(runner.post(
                    one + "/beat",
                    Map.of("load1", 1.5, "memoryTotal", 4096, "diskFree", 512, "pressureCpu", 2.5, "jobs", 1)));
            ok(runner.post(two + "/leave", Map.of()));
            for (CircusClient client : List.of(anonymous, server.having("read-only"), server.admin())) {
                JsonNode all = ok(client.get(ALL));
                assertThat(all.valueStream()
                                .map(session -> session.get("name").asString() + " "
                                        + session.get("connected").asBoolean()))
                        .containsExactly("one true", "two false");
                assertThat(ok(client.get(ALL + "/connected")))
                        .hasSize(1)
                        .first()
                        .isEqualTo(all.get(0));
                assertThat(ok(client.get(ALL + "/" + ONE))).isEqualTo(all.get(0));
                refused(client.get(ALL + "/" + UUID.randomUUID()), 404, "NOT_FOUND");
                refused(client.get(ALL + "/one"), 400, "VALIDATION_ERROR");
            }
            checkFirst(ok(anonymous.get(ALL + "/" + ONE)));
        }
        try (CircusServer server = new CircusServer(directory, alone)) {
            int _ = server.<Integer>sql(
                    handle -> handle.execute("update runner set beat_at = beat_at - interval '1 hour'"));
            JsonNode after = ok(server.anonymous().get(ALL));
            assertThat(after.valueStream()
                            .map(session -> session.get("connected").asBoolean()))
                    .containsExactly(false, false);
            assertThat(ok(server.anonymous().get(ALL + "/connected"))).isEmpty();
            JsonNode one = ok(server.anonymous().get(ALL + "/" + ONE));
            assertThat(one.get("current_jobs").asInt()).isZero();
            assertThat(one.get("load1").asDouble()).isEqualTo(1.5);
        }
    }

    private static void checkFirst(JsonNode session) {
        assertThat(session.propertyNames())
                .containsExactly(
                        "machine_id",
                        "name",
                        "hostname",
                        "systems",
                        "supported_features",
                        "mandatory_features",
                        "speed_factor",
                        "cpu_count",
                        "max_jobs",
                        "proto_version",
                        "last_seen",
                        "current_jobs",
                        "load1",
                        "load5",
                        "load15",
                        "mem_total",
                        "mem_used",
                        "store_free",
                        "build_dir_free",
                        "cpu_psi_avg10",
                        "mem_psi_avg10",
                        "io_psi_avg10",
                        "connected",
                        "builds_succeeded",
                        "builds_failed",
                        "consecutive_failures",
                        "disabled_until",
                        "ephemeral",
                        "auth_kind",
                        "created_at",
                        "updated_at");
        assertThat(session.get("machine_id").asString()).isEqualTo(ONE.toString());
        assertThat(session.get("hostname").asString()).isEqualTo("host");
        assertThat(session.get("systems").toString()).isEqualTo("[\"x86_64-linux\"]");
        assertThat(session.get("supported_features").toString()).isEqualTo("[\"kvm\"]");
        assertThat(session.get("max_jobs").asInt()).isEqualTo(3);
        assertThat(session.get("mem_total").asLong()).isEqualTo(4096);
        assertThat(session.get("store_free").asLong()).isEqualTo(512);
        assertThat(session.get("cpu_psi_avg10").asDouble()).isEqualTo(2.5);
        assertThat(session.get("io_psi_avg10").isNull()).isTrue();
        assertThat(session.get("current_jobs").asInt()).isEqualTo(1);
    }

    private static String register(CircusClient runner, UUID id, String name) throws Exception {
        JsonNode welcome = ok(runner.post("/api/runner/v1/register", """
                {"protocol": 1, "id": "%s", "name": "%s", "host": "host", "systems": ["x86_64-linux"],
                 "features": ["kvm"], "labels": [], "mandatory": [], "slots": 3, "cpus": 2, "speedFactor": 1.0}
                """.formatted(id, name)));
        return "/api/runner/v1/sessions/" + id + "/" + welcome.get("generation").asLong();
    }
}
