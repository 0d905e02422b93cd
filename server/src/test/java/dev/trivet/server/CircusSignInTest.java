package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Signing in elsewhere, with a directory and a GitHub of this test's own (spec circus section 2.2). */
class CircusSignInTest {
    private static final String CALLBACK = "/api/v1/auth/github/callback";

    @TempDir
    static Path directory;

    private static InMemoryDirectoryServer ldap;
    private static FakeGithub github;
    private static CircusPeople people;

    @BeforeAll
    static void start() throws Exception {
        var config = new InMemoryDirectoryServerConfig("dc=example,dc=org");
        config.setListenerConfigs(InMemoryListenerConfig.createLDAPConfig("test"));
        ldap = new InMemoryDirectoryServer(config);
        ldap.add("dn: dc=example,dc=org", "objectClass: domain", "dc: example");
        for (String uid : List.of("mary", "john.doe", "john-doe")) {
            ldap.add(
                    "dn: uid=" + uid + ",dc=example,dc=org",
                    "objectClass: inetOrgPerson",
                    "cn: x",
                    "sn: x",
                    "uid: " + uid,
                    "userPassword: in the directory");
        }
        ldap.startListening();
        github = new FakeGithub();
        Map<String, String> further = new HashMap<>();
        further.put("TRIVET_SERVER_LDAP_URL", "ldap://127.0.0.1:" + ldap.getListenPort());
        further.put("TRIVET_SERVER_LDAP_BIND_DN_TEMPLATE", "uid={username},dc=example,dc=org");
        further.put("TRIVET_OAUTH_GITHUB_CLIENT_ID", "the-client");
        further.put("TRIVET_OAUTH_GITHUB_CLIENT_SECRET", "the-secret");
        further.put("TRIVET_OAUTH_GITHUB_REDIRECT_URI", "http://localhost:3000" + CALLBACK);
        further.put("TRIVET_OAUTH_GITHUB_WEB_URL", github.uri().toString());
        further.put("TRIVET_OAUTH_GITHUB_API_URL", github.uri().toString());
        people = CircusPeople.start(directory, further);
    }

    @AfterAll
    static void stop() {
        people.close();
        github.close();
        ldap.shutDown(true);
    }

    private static CookieClient browser() {
        return new CookieClient(people.server.address());
    }

    private static JsonNode me(CookieClient browser) throws Exception {
        HttpResponse<String> answer = browser.get("/api/v1/me");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return CircusClient.JSON.readTree(answer.body());
    }

    private static HttpResponse<String> byLdap(CookieClient browser, String username, String password)
            throws Exception {
        return browser.json("POST", "/auth/ldap", Map.of("username", username, "password", password));
    }

    @Test
    void theDirectorySaysWhoOneIs() throws Exception {
        String first;
        try (CookieClient browser = browser()) {
            var opened = byLdap(browser, "mary", "in the directory");
            assertThat(opened.statusCode()).as(opened.body()).isEqualTo(200);
            assertThat(opened.body()).isEmpty();
            assertThat(opened.headers().firstValue("Referrer-Policy")).contains("strict-origin-when-cross-origin");
            JsonNode me = me(browser);
            assertThat(me.get("username").asString()).isEqualTo("mary_ldap");
            assertThat(me.get("user_type").asString()).isEqualTo("ldap");
            assertThat(me.get("role").asString()).isEqualTo("read-only");
            first = me.get("id").asString();
        }
        try (CookieClient browser = browser()) {
            assertThat(byLdap(browser, "MARY", "in the directory").statusCode()).isEqualTo(200);
            assertThat(me(browser).get("id").asString()).isEqualTo(first);
        }
        JsonNode noted = people.audit("LOGIN_SUCCESS").getFirst();
        assertThat(noted.get("target_kind").asString()).isEqualTo("ldap");
        assertThat(noted.get("actor_id").asString()).isEqualTo(first);
    }

    @Test
    void namesThatLookAlikeAreTwoUsers() throws Exception {
        try (CookieClient dot = browser();
                CookieClient dash = browser()) {
            byLdap(dot, "john.doe", "in the directory");
            byLdap(dash, "john-doe", "in the directory");
            assertThat(me(dot).get("id")).isNotEqualTo(me(dash).get("id"));
            assertThat(List.of(
                            me(dot).get("username").asString(),
                            me(dash).get("username").asString()))
                    .containsExactlyInAnyOrder("john-doe_ldap", "john-doe_ldap-2");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mary | wrong | 401",
                "nobody | x | 401",
                "mary,dc=example,dc=org | in the directory | 401",
                "*)(uid=mary | in the directory | 401",
                "mary | '' | 400",
                "mary | ' ' | 400",
                "'' | x | 400"
            })
    void whomTheDirectoryDoesNotKnowIsKeptOut(String username, String password, int status) throws Exception {
        try (CookieClient browser = browser()) {
            var refused = byLdap(browser, username, password);
            assertThat(refused.statusCode()).isEqualTo(status);
            assertThat(refused.body()).isEmpty();
            assertThat(browser.cookies).isEmpty();
            assertThat(browser.json("POST", "/auth/ldap", Map.of("username", "mary"))
                            .statusCode())
                    .isEqualTo(422);
        }
    }

    @Test
    void githubSaysWhoOneIs() throws Exception {
        github.user = "{\"id\": 7, \"login\": \"octo-cat\"}";
        github.emails = "[{\"email\": \"old@example.org\", \"verified\": true},"
                + " {\"email\": \"new@example.org\", \"verified\": true, \"primary\": true}]";
        try (CookieClient browser = browser()) {
            var begun = browser.get("/api/v1/auth/github");
            assertThat(begun.statusCode()).isEqualTo(302);
            URI authorize = URI.create(begun.headers().firstValue("Location").orElseThrow());
            Map<String, String> query = FakeGithub.fields(authorize.getRawQuery());
            assertThat(authorize.getPath()).isEqualTo("/login/oauth/authorize");
            assertThat(query)
                    .containsEntry("client_id", "the-client")
                    .containsEntry("scope", "read:user user:email")
                    .containsEntry("redirect_uri", "http://localhost:3000" + CALLBACK)
                    .containsEntry("code_challenge_method", "S256")
                    .containsEntry("state", browser.cookies.get("circus_oauth_state"));
            assertThat(begun.headers().allValues("Set-Cookie"))
                    .allSatisfy(cookie -> assertThat(cookie).contains("Max-Age=600", "HttpOnly", "SameSite=Lax"));
            String code = github.confirm(authorize);
            Map<String, String> before = Map.copyOf(browser.cookies);
            var back = browser.get(CALLBACK + "?code=" + code + "&state=" + query.get("state"));
            assertThat(back.statusCode()).as(back.body()).isEqualTo(302);
            assertThat(back.headers().firstValue("Location")).contains("/");
            assertThat(browser.cookies).containsKey("circus_user_session").doesNotContainKey("circus_oauth_state");
            JsonNode me = me(browser);
            assertThat(me.get("username").asString()).isEqualTo("octo-cat_7");
            assertThat(me.get("email").asString()).isEqualTo("new@example.org");
            assertThat(me.get("user_type").asString()).isEqualTo("github");
            assertThat(me.get("email_verified").asBoolean()).isTrue();
            assertThat(github.agents).containsOnly("circus");
            browser.cookies.putAll(before);
            assertThat(browser.get(CALLBACK + "?code=" + code + "&state=" + query.get("state"))
                            .statusCode())
                    .as("a code counts once")
                    .isEqualTo(500);
            people.admin.put("users/" + me.get("id").asString(), Map.of("enabled", false));
            String another = github.confirm(authorize);
            assertThat(browser.get(CALLBACK + "?code=" + another + "&state=" + query.get("state"))
                            .statusCode())
                    .as("disabled meanwhile")
                    .isEqualTo(403);
        }
    }

    @Test
    void anAddressThatIsTakenGivesNobodyAnothersAccount() throws Exception {
        String victim = people.fresh("victim");
        String id = people.user(victim).get("id").asString();
        github.user = "{\"id\": 8, \"login\": \"mallory\"}";
        github.emails = "[{\"email\": \"" + victim + "@example.org\", \"verified\": true, \"primary\": true}]";
        try (CookieClient browser = browser()) {
            URI authorize = URI.create(browser.get("/api/v1/auth/github")
                    .headers()
                    .firstValue("Location")
                    .orElseThrow());
            String state = browser.cookies.get("circus_oauth_state");
            browser.get(CALLBACK + "?code=" + github.confirm(authorize) + "&state=" + state);
            assertThat(me(browser).get("id").asString()).isNotEqualTo(id);
            assertThat(me(browser).get("email").asString()).endsWith("@oauth.local");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"?code=x&state=y", "?code=x&state=", "?code=x", "?state=y", ""})
    void whoDidNotBeginCannotFinish(String query) throws Exception {
        try (CookieClient browser = browser()) {
            int status = query.equals("?code=x&state=y") ? 401 : 400;
            assertThat(browser.get(CALLBACK + query).statusCode()).isEqualTo(status);
            browser.cookies.put("circus_oauth_state", "another");
            assertThat(browser.get(CALLBACK + query).statusCode()).isEqualTo(status);
        }
    }
}
