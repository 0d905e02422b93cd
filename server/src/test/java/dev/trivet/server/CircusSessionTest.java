package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Signing in with a password or an API key, what a session may do, and signing out (spec circus section 2.2). */
class CircusSessionTest {
    @TempDir
    static Path directory;

    private static CircusPeople people;

    @BeforeAll
    static void start() throws Exception {
        people = CircusPeople.start(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        people.close();
    }

    private static CookieClient browser() {
        return new CookieClient(people.server.address());
    }

    private static JsonNode me(CookieClient browser) throws Exception {
        HttpResponse<String> answer = browser.get("/api/v1/me");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return CircusClient.JSON.readTree(answer.body());
    }

    @Test
    void aPasswordOpensASessionForThePagesAndTheApi() throws Exception {
        String name = people.fresh("walker");
        people.user(name);
        try (CookieClient browser = browser()) {
            assertThat(browser.get("/login").body()).contains("<form", "name=\"username\"", "api_key");
            var opened = browser.form("/login", Map.of("username", name, "password", CircusPeople.PASSWORD));
            assertThat(opened.statusCode()).isEqualTo(303);
            assertThat(opened.headers().firstValue("Location")).contains("/");
            assertThat(opened.headers().allValues("Set-Cookie"))
                    .anySatisfy(cookie -> assertThat(cookie)
                            .startsWith("circus_user_session=")
                            .contains("Max-Age=604800", "HttpOnly", "SameSite=Strict", "Path=/"));
            browser.cookies.keySet().retainAll(List.of("circus_user_session"));
            JsonNode me = me(browser);
            assertThat(me.get("username").asString()).isEqualTo(name);
            assertThat(me.get("last_login_at").isNull()).isFalse();
            var renamed = browser.json("PUT", "/api/v1/me", Map.of("full_name", "W"));
            assertThat(renamed.statusCode()).as("without the CSRF token").isEqualTo(403);
            assertThat(browser.json("PUT", "/api/v1/me", Map.of("full_name", "W"), "X-CSRF-Token", "wrong")
                            .statusCode())
                    .isEqualTo(403);
            String csrf = browser.get("/api/v1/me")
                    .headers()
                    .firstValue("X-CSRF-Token")
                    .orElseThrow();
            assertThat(browser.json("PUT", "/api/v1/me", Map.of("full_name", "W"), "X-CSRF-Token", csrf)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(browser.json(
                                    "PUT",
                                    "/api/v1/me",
                                    Map.of("full_name", "W"),
                                    "X-CSRF-Token",
                                    csrf,
                                    "Sec-Fetch-Site",
                                    "cross-site")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(browser.get("/api/v1/users").statusCode()).isEqualTo(403);
            var changed = browser.json(
                    "POST",
                    "/api/v1/me/password",
                    Map.of("current_password", CircusPeople.PASSWORD, "new_password", "Another-Horse-2"),
                    "X-CSRF-Token",
                    csrf);
            assertThat(changed.statusCode()).isEqualTo(204);
            assertThat(me(browser).get("username").asString()).isEqualTo(name);
        }
    }

    @Test
    void signingOutEndsTheSessionAndNeedsNone() throws Exception {
        String name = people.fresh("leaver");
        people.user(name);
        try (CookieClient browser = browser()) {
            browser.form("/login", Map.of("username", name, "password", CircusPeople.PASSWORD));
            Map<String, String> before = Map.copyOf(browser.cookies);
            String csrf = browser.get("/api/v1/me")
                    .headers()
                    .firstValue("X-CSRF-Token")
                    .orElseThrow();
            assertThat(browser.form("/logout", Map.of()).statusCode()).isEqualTo(403);
            var out = browser.form("/logout", Map.of("csrf_token", csrf));
            assertThat(out.statusCode()).isEqualTo(303);
            assertThat(browser.cookies).isEmpty();
            browser.cookies.putAll(before);
            assertThat(browser.get("/api/v1/me").statusCode()).isEqualTo(401);
            var again = browser.form("/logout", Map.of());
            assertThat(again.statusCode()).isEqualTo(303);
            assertThat(again.headers().allValues("Set-Cookie"))
                    .anyMatch(cookie -> cookie.startsWith("circus_session=;") && cookie.contains("Max-Age=0"));
        }
    }

    @Test
    void wrongPasswordsAndDisabledUsersAreKeptOut() throws Exception {
        String name = people.fresh("stranger");
        String id = people.user(name).get("id").asString();
        try (CookieClient browser = browser()) {
            assertThat(browser.form("/login", Map.of("username", "\0", "password", "\0"))
                            .statusCode())
                    .isEqualTo(401);
            for (String password : List.of("", "wrong")) {
                var refused = browser.form("/login", Map.of("username", name, "password", password));
                assertThat(refused.statusCode()).isEqualTo(401);
                assertThat(refused.body()).contains("<form", "Invalid");
            }
            assertThat(browser.form("/login", Map.of("username", "nobody", "password", "x"))
                            .statusCode())
                    .isEqualTo(401);
            people.admin.put("users/" + id, Map.of("enabled", false));
            var disabled = browser.form("/login", Map.of("username", name, "password", CircusPeople.PASSWORD));
            assertThat(disabled.statusCode()).isEqualTo(401);
            assertThat(browser.cookies).isEmpty();
        }
        assertThat(people.audit("LOGIN_FAILURE"))
                .anyMatch(entry -> entry.get("actor_kind").asString().equals("anonymous")
                        && entry.at("/details/reason").asString().equals("disabled")
                        && entry.get("actor_name").asString().equals(name));
    }

    @Test
    void anApiKeySignsIn() throws Exception {
        String key = people.key("admin");
        try (CookieClient browser = browser()) {
            assertThat(browser.form("/login", Map.of("api_key", "")).body()).contains("required");
            var wrong = browser.form("/login", Map.of("api_key", "wrong"));
            assertThat(wrong.statusCode()).isEqualTo(200);
            assertThat(wrong.body()).contains("Invalid");
            var opened = browser.form("/login", Map.of("api_key", key));
            assertThat(opened.statusCode()).isEqualTo(303);
            browser.cookies.keySet().retainAll(List.of("circus_session"));
            assertThat(browser.get("/api/v1/admin/system").statusCode()).isEqualTo(200);
            assertThat(me(browser).get("user_type").asString()).isEqualTo("api_key");
        }
        assertThat(people.audit("LOGIN_SUCCESS")
                        .getFirst()
                        .at("/details/method")
                        .asString())
                .isEqualTo("api_key");
    }

    @Test
    void whoGuessesTooOftenIsMadeToWait(@TempDir Path other) throws Exception {
        try (CircusPeople guessed = CircusPeople.start(other, Map.of());
                CookieClient browser = new CookieClient(guessed.server.address())) {
            int status = 0;
            int attempts = 0;
            while (status != 429 && attempts < 500) {
                status = browser.form("/login", Map.of("token", "guess-" + attempts++))
                        .statusCode();
            }
            assertThat(status).isEqualTo(429);
            assertThat(attempts).isGreaterThan(60);
            assertThat(browser.json("POST", "/auth/ldap", Map.of("username", "a", "password", "b"))
                            .statusCode())
                    .isEqualTo(429);
        }
    }
}
