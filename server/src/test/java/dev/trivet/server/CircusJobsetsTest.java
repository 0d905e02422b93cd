package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.CircusAnswers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Jobsets, their inputs, and the webhooks of projects (spec circus sections 2.3, 2.4). */
class CircusJobsetsTest {
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
    void aJobsetIsMadeReadChangedAndRemoved() throws Exception {
        String project = project();
        String all = "projects/" + project + "/jobsets";
        JsonNode made = ok(creator.post(all, Map.of("name", "main", "nix_expression", ".", "keep_nr", 9)));
        assertThat(made.propertyNames())
                .containsExactly(
                        "id",
                        "project_id",
                        "name",
                        "nix_expression",
                        "enabled",
                        "flake_mode",
                        "check_interval",
                        "branch",
                        "scheduling_shares",
                        "state",
                        "last_checked_at",
                        "keep_nr",
                        "created_at",
                        "updated_at",
                        "check_error");
        assertThat(made.get("check_interval").asInt()).isEqualTo(60);
        assertThat(made.get("scheduling_shares").asInt()).isEqualTo(100);
        assertThat(made.get("keep_nr").asInt()).isEqualTo(3);
        assertThat(made.get("enabled").asBoolean()).isTrue();
        assertThat(made.get("flake_mode").asBoolean()).isTrue();
        assertThat(made.get("state").asString()).isEqualTo("enabled");
        assertThat(made.get("branch").isNull()).isTrue();
        String path = all + "/" + made.get("id").asString();
        assertThat(ok(anonymous.get(path))).isEqualTo(made);
        assertThat(ok(anonymous.get(all)).get("total").asInt()).isEqualTo(1);
        JsonNode changed =
                ok(admin.put(path, Map.of("keep_nr", 7, "branch", "release", "state", "disabled", "enabled", true)));
        assertThat(changed.get("keep_nr").asInt()).isEqualTo(7);
        assertThat(changed.get("branch").asString()).isEqualTo("release");
        assertThat(changed.get("enabled").asBoolean()).isFalse();
        assertThat(ok(admin.put(path, Map.of("state", "one_shot")))
                        .get("enabled")
                        .asBoolean())
                .isTrue();
        assertThat(ok(admin.put(path, Map.of("enabled", false))).get("state").asString())
                .isEqualTo("one_shot");
        refused(creator.post(all, Map.of("name", "main", "nix_expression", ".")), 409, "CONFLICT");
        ok(creator.post(all, Map.of("name", "other", "nix_expression", ".", "enabled", false)));
        refused(admin.put(path, Map.of("name", "other")), 409, "CONFLICT");
        refused(
                creator.post("projects/" + nowhere() + "/jobsets", Map.of("name", "a", "nix_expression", ".")),
                404,
                "NOT_FOUND");
        String elsewhere = path.replace(project, project());
        refused(anonymous.get(elsewhere), 404, "NOT_FOUND");
        refused(admin.put(elsewhere, Map.of("keep_nr", 1)), 404, "NOT_FOUND");
        refused(admin.delete(elsewhere), 404, "NOT_FOUND");
        refused(anonymous.get(elsewhere + "/inputs"), 404, "NOT_FOUND");
        assertThat(admin.delete(path).status()).isEqualTo(204);
        refused(anonymous.get(path), 404, "NOT_FOUND");
        refused(admin.delete(path), 404, "NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name           | "a.b"
            nix_expression | ""
            nix_expression | "/etc/passwd"
            nix_expression | "a/../../b"
            nix_expression | "a\\u0000b"
            check_interval | 9
            check_interval | 86401
            state          | "on"
            branch         | "-x"
            branch         | "a..b"
            branch         | "a b"
            """)
    void jobsetsThatCannotBeAreRefused(String field, String value) throws Exception {
        String project = project();
        String good = "\"name\": \"n\", \"nix_expression\": \".\", ";
        String member = "\"" + field + "\": " + value;
        String body = "{" + good.replaceAll("\"" + field + "\": [^,]*, ", "") + member + "}";
        Answer made = creator.post("projects/" + project + "/jobsets", body);
        refused(made, 400, "VALIDATION_ERROR");
        assertThat(made.json().get("error").asString()).startsWith(field + ": ");
        refused(
                admin.put("projects/" + project + "/jobsets/" + jobset(project), "{" + member + "}"),
                400,
                "VALIDATION_ERROR");
    }

    @Test
    void inputsAreMadeListedByNameAndRemoved() throws Exception {
        String project = project();
        String all = "projects/" + project + "/jobsets/" + jobset(project) + "/inputs";
        JsonNode made = ok(admin.post(
                all,
                Map.of("name", "nixpkgs", "input_type", "git", "value", "https://example.org/n", "revision", "r")));
        assertThat(made.propertyNames())
                .containsExactly("id", "jobset_id", "name", "input_type", "value", "revision", "created_at");
        ok(admin.post(all, Map.of("name", "a", "input_type", "string", "value", "")));
        assertThat(ok(anonymous.get(all)).at("/0/name").asString()).isEqualTo("a");
        refused(admin.post(all, Map.of("name", "a", "input_type", "string", "value", "x")), 409, "CONFLICT");
        refused(admin.post(all, Map.of("name", "b", "input_type", "svn", "value", "x")), 400, "VALIDATION_ERROR");
        refused(admin.post(all, Map.of("name", "b", "input_type", "boolean", "value", "x")), 400, "VALIDATION_ERROR");
        refused(admin.post(all, Map.of("name", "--x", "input_type", "string", "value", "x")), 400, "VALIDATION_ERROR");
        refused(admin.post(all, Map.of("name", "b", "input_type", "git", "value", "--x")), 400, "VALIDATION_ERROR");
        refused(admin.post(all, Map.of("name", "b", "input_type", "string")), 422, "VALIDATION_ERROR");
        String one = all + "/" + made.get("id").asString();
        String other = "projects/" + project + "/jobsets/" + jobset(project) + "/inputs/"
                + made.get("id").asString();
        refused(admin.delete(other), 404, "NOT_FOUND");
        assertThat(admin.delete(one).status()).isEqualTo(204);
        refused(admin.delete(one), 404, "NOT_FOUND");
    }

    @Test
    void webhooksNeverShowTheirSecret() throws Exception {
        String project = project();
        String all = "projects/" + project + "/webhooks";
        Answer made = creator.post(all, Map.of("forge_type", "github", "secret", "s3cr3t-of-it"));
        assertThat(ok(made).propertyNames()).containsExactly("id", "project_id", "forge_type", "enabled", "created_at");
        assertThat(made.body() + anonymous.get(all).body()).doesNotContain("s3cr3t");
        refused(creator.post(all, Map.of("forge_type", "github", "secret", "x")), 409, "CONFLICT");
        refused(creator.post(all, Map.of("forge_type", "svn", "secret", "x")), 400, "VALIDATION_ERROR");
        refused(creator.post(all, Map.of("forge_type", "gitea", "secret", " ")), 400, "VALIDATION_ERROR");
        refused(creator.post(all, Map.of("secret", "x")), 422, "VALIDATION_ERROR");
        refused(
                creator.post("projects/" + nowhere() + "/webhooks", Map.of("forge_type", "github", "secret", "x")),
                404,
                "NOT_FOUND");
        String id = ok(made).get("id").asString();
        refused(admin.delete("projects/" + project() + "/webhooks/" + id), 404, "NOT_FOUND");
        assertThat(admin.delete(all + "/" + id).status()).isEqualTo(204);
        assertThat(ok(anonymous.get(all))).isEmpty();
    }

    private static String project() throws Exception {
        return ok(creator.post("projects", Map.of("name", fresh("project"), "repository_url", URL)))
                .get("id")
                .asString();
    }

    private static String jobset(String project) throws Exception {
        return ok(creator.post(
                        "projects/" + project + "/jobsets",
                        Map.of("name", fresh("jobset"), "nix_expression", "hydraJobs")))
                .get("id")
                .asString();
    }

    private static String nowhere() {
        return UUID.randomUUID().toString();
    }
}
