package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.CircusAnswers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Builders over SSH, and what is written down (spec circus section 2.10). */
class CircusBuildersTest {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String URL = "https://github.com/example/project";

    @TempDir
    static Path directory;

    private static CircusServer server;
    private static CircusClient admin;
    private static CircusClient creator;
    private static CircusClient anonymous;

    @BeforeAll
    static void start() throws Exception {
        server = new CircusServer(directory, Map.of("TRIVET_SERVER_ALLOWED_URL_SCHEMES", "https,http,git,ssh,file"));
        admin = server.admin();
        creator = server.having("create-projects");
        anonymous = server.anonymous();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static String fresh(String word) {
        return word + "-" + NUMBERS.incrementAndGet();
    }

    @Test
    void buildersAreKept() throws Exception {
        String name = fresh("builder");
        JsonNode made = ok(admin.post(
                "admin/builders",
                Map.of("name", name, "ssh_uri", "ssh://nix@builder", "systems", List.of("x86_64-linux"))));
        assertThat(made.get("consecutive_failures").asInt()).isZero();
        assertThat(made.get("disabled_until").isNull()).isTrue();
        assertThat(made.get("last_failure").isNull()).isTrue();
        assertThat(made.get("enabled").asBoolean()).isTrue();
        assertThat(made.get("max_jobs").asInt()).isEqualTo(1);
        assertThat(made.get("supported_features")).isEmpty();
        String path = "admin/builders/" + made.get("id").asString();
        assertThat(ok(anonymous.get(path))).isEqualTo(made);
        ok(admin.put(path, Map.of("speed_factor", 9, "enabled", false, "supported_features", List.of("kvm"))));
        JsonNode changed = ok(anonymous.get(path));
        assertThat(changed.get("enabled").asBoolean()).isFalse();
        assertThat(changed.at("/supported_features/0").asString()).isEqualTo("kvm");
        assertThat(changed.at("/systems/0").asString()).isEqualTo("x86_64-linux");
        assertThat(ok(anonymous.get("admin/builders")).at("/0/id")).isEqualTo(made.get("id"));
        refused(
                admin.post(
                        "admin/builders",
                        Map.of("name", name, "ssh_uri", "ssh://nix@builder", "systems", List.of("x86_64-linux"))),
                409,
                "CONFLICT");
        refused(admin.post("admin/builders", Map.of("name", name)), 422, "VALIDATION_ERROR");
        for (Map<String, Object> bad : List.<Map<String, Object>>of(
                Map.of("ssh_uri", ""),
                Map.of("ssh_uri", "https://x"),
                Map.of("ssh_uri", "ssh://-oProxyCommand=x"),
                Map.of("ssh_uri", "ssh://a b"),
                Map.of("systems", List.of()),
                Map.of("systems", List.of("x86_64")),
                Map.of("max_jobs", 0),
                Map.of("speed_factor", 0),
                Map.of("name", "a b"))) {
            refused(admin.put(path, bad), 400, "VALIDATION_ERROR");
        }
        refused(admin.put("admin/builders/" + nowhere(), Map.of("max_jobs", 2)), 404, "NOT_FOUND");
        assertThat(admin.delete(path).status()).isEqualTo(204);
        refused(admin.delete(path), 404, "NOT_FOUND");
        refused(anonymous.get(path), 404, "NOT_FOUND");
    }

    @Test
    void whatAdministratorsRemoveAndBuildersAreWrittenDown() throws Exception {
        String project = project();
        assertThat(admin.delete("projects/" + project).status()).isEqualTo(204);
        String name = fresh("noted");
        String builder = ok(admin.post(
                        "admin/builders",
                        Map.of("name", name, "ssh_uri", "ssh://n", "systems", List.of("x86_64-linux"))))
                .get("id")
                .asString();
        ok(admin.put("admin/builders/" + builder, Map.of("max_jobs", 2)));
        refused(admin.put("admin/builders/" + builder, Map.of("max_jobs", 0)), 400, "VALIDATION_ERROR");
        assertThat(admin.delete("admin/builders/" + builder).status()).isEqualTo(204);
        refused(admin.delete("admin/builders/" + builder), 404, "NOT_FOUND");
        List<String> notes = ok(admin.get("admin/audit-log?limit=500"))
                .get("items")
                .valueStream()
                .filter(note -> List.of(project, builder)
                        .contains(note.path("target_id").asString("")))
                .map(note -> note.get("action").asString() + " "
                        + note.at("/actor_kind").asString())
                .toList();
        assertThat(notes)
                .containsExactly(
                        "BUILDER_DELETE user", "BUILDER_UPDATE user", "BUILDER_CREATE user", "PROJECT_DELETE user");
    }

    private static String project() throws Exception {
        return ok(creator.post("projects", Map.of("name", fresh("project"), "repository_url", URL)))
                .get("id")
                .asString();
    }

    private static String nowhere() {
        return UUID.randomUUID().toString();
    }
}
