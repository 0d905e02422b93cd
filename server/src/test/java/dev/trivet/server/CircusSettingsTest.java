package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the operator's settings change of the Circus API, and what they declare (spec circus sections 2.1, 2.2, 12.3). */
class CircusSettingsTest {
    private static final String DECLARED = """
            [server.ldap]
            url = "ldap://127.0.0.1:1"
            bind_dn_template = "uid={username}"

            [[declarative.users]]
            username = "declared"
            email = "declared@example.org"
            password_file = "~/../${TRIVET_NO_SUCH_VARIABLE}%s/password"
            role = "cancel-build"

            [[declarative.users]]
            username = "no-password"
            email = "no-password@example.org"

            [[declarative.users]]
            username = "x"
            email = "too-short@example.org"
            password = "Correct-Horse-1"

            [[declarative.users]]
            username = "disabled"
            email = "disabled@example.org"
            password = "Correct-Horse-1"
            enabled = false

            [[declarative.api_keys]]
            name = "deploy"
            key = "any-string-at-all"
            role = "%s"

            [[declarative.api_keys]]
            name = "no key"
            """;

    @TempDir
    Path directory;

    private CircusPeople start(String roleOfKey, Map<String, String> further) throws Exception {
        String up = "../".repeat(Path.of(System.getProperty("user.home")).getNameCount());
        Files.writeString(directory.resolve("password"), "Correct-Horse-1\n");
        Path file = directory.resolve("trivet.toml");
        String text = DECLARED.formatted(up + directory.toString().substring(1), roleOfKey);
        Files.writeString(file, text.replace("~/../", "~/"));
        return CircusPeople.start(directory, further, new Settings.Options(null, null, null, file, null, false));
    }

    @Test
    void whatIsDeclaredIsThereAfterEveryStart() throws Exception {
        JsonNode before;
        try (CircusPeople people = start("admin", Map.of());
                CookieClient browser = new CookieClient(people.server.address())) {
            JsonNode users = people.admin.get("users").json();
            assertThat(users.valueStream().map(user -> user.get("username").asString()))
                    .containsExactlyInAnyOrder("admin", "declared", "disabled");
            before = users.valueStream()
                    .filter(user -> user.get("username").asString().equals("declared"))
                    .findFirst()
                    .orElseThrow();
            assertThat(before.get("role").asString()).isEqualTo("cancel-build");
            people.admin.put("users/" + before.get("id").asString(), Map.of("role", "read-only"));
            assertThat(browser.form("/login", Map.of("username", "declared", "password", "Correct-Horse-1"))
                            .statusCode())
                    .isEqualTo(303);
            assertThat(browser.form("/login", Map.of("username", "disabled", "password", "Correct-Horse-1"))
                            .statusCode())
                    .isEqualTo(401);
            CircusClient key = people.admin.as("any-string-at-all");
            assertThat(key.get("admin/system").status()).isEqualTo(200);
            String id = people.admin.get("api-keys").json().get(0).get("id").asString();
            assertThat(people.admin.delete("api-keys/" + id).status()).isEqualTo(204);
            assertThat(key.get("me").status()).isEqualTo(401);
            assertThat(browser.json("POST", "/auth/ldap", Map.of("username", "a", "password", "b"))
                            .statusCode())
                    .as("a directory that cannot be reached")
                    .isEqualTo(503);
        }
        try (CircusPeople people = start("read-only", Map.of())) {
            JsonNode after =
                    people.admin.get("users/" + before.get("id").asString()).json();
            assertThat(after.get("role").asString()).isEqualTo("cancel-build");
            CircusClient key = people.admin.as("any-string-at-all");
            assertThat(key.get("me").json().get("username").asString()).isEqualTo("deploy");
            assertThat(key.get("admin/system").status()).isEqualTo(403);
            assertThat(people.admin.get("api-keys").json()).hasSize(1);
        }
    }

    @Test
    void readingMayNeedACredentialAndRequestsBeBounded() throws Exception {
        Map<String, String> further = Map.of(
                "TRIVET_SERVER_REQUIRE_API_KEY_FOR_READS", "true",
                "TRIVET_SERVER_RATE_LIMIT_RPS", "1",
                "TRIVET_SERVER_RATE_LIMIT_BURST", "20",
                "TRIVET_SERVER_EMAIL_VALIDATION_REGEX", "@example\\.org$",
                "TRIVET_SERVER_CORS_ORIGINS", "https://app.example.org",
                "TRIVET_SERVER_FORCE_SECURE_COOKIES", "true");
        try (CircusPeople people = CircusPeople.start(directory, further);
                CookieClient browser = new CookieClient(people.server.address())) {
            assertThat(people.anonymous.get("news").status()).isEqualTo(401);
            assertThat(people.anonymous.get("openapi.json").status()).isEqualTo(200);
            assertThat(people.admin.get("news").status()).isEqualTo(200);
            assertThat(people.anonymous.get("auth/github").status())
                    .as("not configured")
                    .isEqualTo(404);
            assertThat(people.anonymous
                            .get("auth/github/callback?code=1&state=2")
                            .status())
                    .isEqualTo(404);
            assertThat(browser.json("POST", "/auth/ldap", Map.of("username", "a", "password", "b"))
                            .statusCode())
                    .isEqualTo(404);
            Map<String, String> elsewhere =
                    Map.of("username", "elsewhere", "email", "x@example.com", "password", CircusPeople.PASSWORD);
            assertThat(people.admin.post("users", elsewhere).status()).isEqualTo(400);
            people.user("inside");
            var opened = browser.form("/login", Map.of("username", "inside", "password", CircusPeople.PASSWORD));
            assertThat(opened.headers().allValues("Set-Cookie"))
                    .allSatisfy(cookie -> assertThat(cookie).endsWith("; Secure"));
            var foreign =
                    browser.send("GET", "/api/v1/news", BodyPublishers.noBody(), "Origin", "https://app.example.org");
            assertThat(foreign.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains("https://app.example.org");
            int status = 0;
            for (int i = 0; i < 200 && status != 429; i++) {
                var answer = people.anonymous.get("openapi.json");
                status = answer.status();
                if (status == 429) {
                    assertThat(answer.body()).isEmpty();
                    assertThat(answer.response().headers().firstValue("Referrer-Policy"))
                            .contains("strict-origin-when-cross-origin");
                }
            }
            assertThat(status).isEqualTo(429);
            assertThat(people.anonymous.get("/login").status()).isEqualTo(200);
        }
    }
}
