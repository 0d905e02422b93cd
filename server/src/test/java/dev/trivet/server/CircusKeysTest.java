package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.accounts.Grants;
import dev.trivet.http.RouteSecurityCheck;
import dev.trivet.server.CircusClient.Answer;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** API keys, stars, news and the audit log (spec circus sections 2.9, 2.10): who may, and every failure that is named there. */
class CircusKeysTest {
    @TempDir
    static Path directory;

    private static CircusPeople people;
    private static CircusClient admin;
    private static CircusClient anonymous;
    private static CircusClient reader;

    @BeforeAll
    static void start() throws Exception {
        people = CircusPeople.start(directory, Map.of());
        admin = people.admin;
        anonymous = people.anonymous;
        reader = admin.as(people.key("read-only"));
    }

    @AfterAll
    static void stop() {
        people.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, users",
        "POST, users",
        "GET, users/ID",
        "PUT, users/ID",
        "DELETE, users/ID",
        "GET, api-keys",
        "POST, api-keys",
        "DELETE, api-keys/ID",
        "GET, admin/audit-log",
        "POST, news",
        "DELETE, news/ID"
    })
    void administratorsAloneMay(String method, String path) throws Exception {
        String real = path.replace("ID", UUID.randomUUID().toString());
        Answer refused = anonymous.send(method, real, null);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.code()).isEqualTo("UNAUTHORIZED");
        assertThat(admin.as("unknown").send(method, real, null).status()).isEqualTo(401);
        Answer wrongRole = reader.send(method, real, null);
        assertThat(wrongRole.status()).isEqualTo(403);
        assertThat(wrongRole.code()).isEqualTo("FORBIDDEN");
        assertThat(admin.as(people.key("create-projects"))
                        .send(method, real, null)
                        .status())
                .isEqualTo(403);
        assertThat(people.as(people.user(people.fresh("ordinary"))
                                .get("username")
                                .asString())
                        .send(method, real, null)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void everyRouteLetsThroughWhomItMustAndNobodyElse() {
        assertThat(RouteSecurityCheck.of(people.server.routes())).isEmpty();
    }

    @Test
    void keysHaveOneRoleAndEndAtOnce() throws Exception {
        Answer made = admin.post("api-keys", Map.of("name", "ci", "role", "admin"));
        String text = made.json().get("key").asString();
        assertThat(text).matches("circus_[0-9a-f]{32}");
        String id = made.json().get("id").asString();
        CircusClient client = admin.as(text);
        assertThat(client.get("admin/system").status()).isEqualTo(200);
        assertThat(client.get("/api/v0/user/api-tokens").status())
                .as("an admin here, nobody elsewhere")
                .isIn(401, 403);
        JsonNode listed = admin.get("api-keys").json();
        assertThat(listed.toString()).doesNotContain(text);
        JsonNode one = listed.valueStream()
                .filter(key -> key.get("id").asString().equals(id))
                .findFirst()
                .orElseThrow();
        assertThat(List.copyOf(one.propertyNames()))
                .containsExactly("id", "name", "role", "created_at", "last_used_at");
        assertThat(one.get("last_used_at").isNull()).isFalse();
        JsonNode me = client.get("me").json();
        assertThat(me.get("id").asString()).isEqualTo(id);
        assertThat(me.get("user_type").asString()).isEqualTo("api_key");
        assertThat(me.get("username").asString()).isEqualTo("ci");
        assertThat(me.get("role").asString()).isEqualTo("admin");
        assertThat(me.get("email").asString()).isEmpty();
        assertThat(me.get("last_login_at")).isEqualTo(one.get("last_used_at"));
        client.post("api-keys", Map.of("name", "by a key"));
        assertThat(people.audit("API_KEY_CREATE").getFirst().get("actor_id").asString())
                .isEqualTo(id);
        assertThat(people.audit("API_KEY_CREATE").getFirst().get("actor_kind").asString())
                .isEqualTo("api_key");
        assertThat(client.delete("api-keys/" + id).status()).isEqualTo(204);
        assertThat(client.get("me").status()).isEqualTo(401);
        assertThat(admin.delete("api-keys/" + id).status()).isEqualTo(404);
        assertThat(people.audit("API_KEY_DELETE").getFirst().get("target_id").asString())
                .isEqualTo(id);
        assertThat(admin.post("api-keys", Map.of("name", "x", "role", "king")).status())
                .isEqualTo(400);
        assertThat(admin.post("api-keys", Map.of("name", " ")).status()).isEqualTo(400);
        assertThat(admin.post("api-keys", Map.of()).status()).isEqualTo(422);
    }

    @Test
    void aTokenIsNeverMoreThanItsUser() throws Exception {
        String name = people.fresh("small");
        people.user(name);
        String text = people.token(name, Grants.parse("circus/admin:write"));
        assertThat(admin.as(text).get("admin/system").status()).isEqualTo(403);
        assertThat(admin.as(text).get("me").json().get("role").asString()).isEqualTo("read-only");
    }

    @Test
    void starsAreEverybodysOwn() throws Exception {
        UUID project = UUID.randomUUID();
        UUID jobset = UUID.randomUUID();
        try (Storage storage = people.visit()) {
            storage.database().jdbi().useHandle(handle -> {
                handle.execute(
                        "insert into circus.projects (id, name, repository_url) values (?, ?, 'https://x/y')",
                        project,
                        project.toString());
                handle.execute(
                        "insert into circus.jobsets (id, project_id, name, nix_expression) values (?, ?, 'main', '.')",
                        jobset,
                        project);
            });
        }
        String name = people.fresh("star");
        people.user(name);
        CircusClient client = people.as(name);
        Map<String, Object> job = Map.of("project_id", project, "job_name", "hello");
        Answer starred = client.post("me/starred-jobs", job);
        assertThat(starred.status()).as(starred.body()).isEqualTo(200);
        assertThat(List.copyOf(starred.json().propertyNames()))
                .containsExactly("id", "project_id", "jobset_id", "job_name", "created_at");
        assertThat(client.post("me/starred-jobs", job).code()).isEqualTo("CONFLICT");
        assertThat(client.post(
                                "me/starred-jobs",
                                Map.of("project_id", project, "jobset_id", jobset, "job_name", "hello"))
                        .status())
                .isEqualTo(200);
        assertThat(client.get("me/starred-jobs").json()).hasSize(2);
        assertThat(client.get("me/starred-jobs?limit=1&offset=1").json()).hasSize(1);
        assertThat(client.post("me/starred-jobs", Map.of("project_id", UUID.randomUUID(), "job_name", "x"))
                        .status())
                .isEqualTo(404);
        assertThat(client.post("me/starred-jobs", Map.of("project_id", project, "jobset_id", project, "job_name", "x"))
                        .status())
                .isEqualTo(404);
        assertThat(client.post("me/starred-jobs", Map.of("project_id", "1", "job_name", "x"))
                        .status())
                .isEqualTo(400);
        assertThat(client.post("me/starred-jobs", Map.of("project_id", project, "job_name", " "))
                        .status())
                .isEqualTo(400);
        String star = "me/starred-jobs/" + starred.json().get("id").asString();
        assertThat(admin.delete(star).status()).as("somebody else's").isEqualTo(404);
        assertThat(reader.delete(star).status()).isEqualTo(401);
        assertThat(reader.get("me/starred-jobs").status()).isEqualTo(401);
        assertThat(reader.post("me/starred-jobs", job).status()).isEqualTo(401);
        assertThat(anonymous.get("me/starred-jobs").status()).isEqualTo(401);
        assertThat(client.delete(star).status()).isEqualTo(204);
        assertThat(client.delete(star).status()).isEqualTo(404);
    }

    @Test
    void newsIsForEverybodyToRead() throws Exception {
        Answer told = admin.post("news", Map.of("title", "  Maintenance ", "content", "Tonight."));
        assertThat(told.status()).isEqualTo(201);
        assertThat(told.json().get("title").asString()).isEqualTo("Maintenance");
        assertThat(admin.post("news", Map.of("title", " ", "content", "x")).code())
                .isEqualTo("VALIDATION_ERROR");
        assertThat(admin.post("news", Map.of("title", "x")).status()).isEqualTo(422);
        assertThat(anonymous.get("news?limit=1").json().get(0)).isEqualTo(told.json());
        assertThat(admin.as("unknown").get("news").status()).isEqualTo(200);
        String id = told.json().get("id").asString();
        assertThat(admin.delete("news/" + id).status()).isEqualTo(204);
        assertThat(admin.delete("news/" + id).code()).isEqualTo("NOT_FOUND");
        assertThat(admin.delete("news/x").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=1", "limit=0", "limit=-3"})
    void theLogIsGivenInParts(String query) throws Exception {
        people.user(people.fresh("logged"));
        JsonNode page = admin.get("admin/audit-log?offset=-1&" + query).json();
        assertThat(page.get("limit").asInt()).isEqualTo(1);
        assertThat(page.get("offset").asInt()).isZero();
        assertThat(page.get("items")).hasSize(1);
        assertThat(page.get("total").asInt()).isPositive();
        assertThat(admin.get("admin/audit-log?limit=9999").json().get("limit").asInt())
                .isEqualTo(500);
        assertThat(admin.get("admin/audit-log?limit=x").status()).isEqualTo(400);
    }

    @Test
    void everyAnswerHasTheHeadersOfTheContract() throws Exception {
        for (URI path : List.of(URI.create("me"), URI.create("news"), URI.create("nothing"))) {
            var headers = anonymous.get(path.toString()).response().headers();
            assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(headers.firstValue("X-Frame-Options")).contains("DENY");
            assertThat(headers.firstValue("Referrer-Policy")).contains("strict-origin-when-cross-origin");
            assertThat(headers.firstValue("Access-Control-Allow-Origin")).isEmpty();
        }
    }
}
