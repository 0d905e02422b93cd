package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Grants;
import dev.trivet.server.HarmontClient.Answer;
import dev.trivet.store.TestPrograms;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Accounts and repositories elsewhere, with a server that answers as GitHub, Bitbucket and Google do (spec harmont 2.4, 2.11, 6.1). */
class HarmontConnectionsTest {
    private static final String TOKEN = "the-administrators-token-of-this-test";
    private static final String SECRET = "a secret of more than twenty characters";

    @TempDir
    static Path directory;

    /** What is answered, by method and path without query; status 200, or the number before a space. */
    private static final Map<String, String> ANSWERS = new ConcurrentHashMap<>();
    /** What was sent, by method and path. */
    private static final Map<String, String> SENT = new ConcurrentHashMap<>();

    private static HttpServer elsewhere;
    private static Settings settings;
    private static TrivetServer server;
    private static HarmontClient admin;

    @BeforeAll
    static void start() throws Exception {
        elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elsewhere.createContext("/", HarmontConnectionsTest::answer);
        elsewhere.start();
        String address = "http://127.0.0.1:" + elsewhere.getAddress().getPort();
        KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
        keys.initialize(2048);
        Path key = directory.resolve("app.pem");
        Files.writeString(
                key,
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(
                                        keys.generateKeyPair().getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        Map<String, String> environment = new HashMap<>();
        environment.put("TRIVET_LISTEN", "127.0.0.1:0");
        environment.put(
                "TRIVET_DATA", TestPrograms.in(directory.resolve("data")).toString());
        environment.put("TRIVET_ADMIN_TOKEN", TOKEN);
        environment.put("TRIVET_SERVER_DRAIN_TIMEOUT", "0s");
        environment.put("TRIVET_GITHUB_WEBHOOK_SECRET", SECRET);
        environment.put("TRIVET_GITHUB_API_URL", address + "/gh");
        environment.put("TRIVET_GITHUB_APP_ID", "17");
        environment.put("TRIVET_GITHUB_PRIVATE_KEY_PATH", key.toString());
        environment.put("TRIVET_GITHUB_WEB_URL", address + "/gh-web");
        environment.put("TRIVET_GITHUB_CLIENT_ID", "gh-client");
        environment.put("TRIVET_GITHUB_CLIENT_SECRET", "gh-secret");
        environment.put("TRIVET_GOOGLE_CLIENT_ID", "g-client");
        environment.put("TRIVET_GOOGLE_CLIENT_SECRET", "g-secret");
        environment.put("TRIVET_GOOGLE_TOKEN_URL", address + "/g/token");
        environment.put("TRIVET_GOOGLE_USERINFO_URL", address + "/g/userinfo");
        environment.put("TRIVET_BITBUCKET_API_URL", address + "/bb");
        environment.put("TRIVET_BITBUCKET_WEB_URL", address + "/bb-web");
        environment.put("TRIVET_BITBUCKET_CLIENT_ID", "bb-client");
        environment.put("TRIVET_BITBUCKET_CLIENT_SECRET", "bb-secret");
        settings = Settings.read(Settings.Options.NONE, environment);
        server = TrivetServer.start(settings, Clock.systemUTC());
        admin = new HarmontClient(server.address(), TOKEN);
    }

    @AfterAll
    static void stop() {
        admin.close();
        server.close();
        elsewhere.stop(0);
    }

    @BeforeEach
    void forget() {
        ANSWERS.clear();
        SENT.clear();
        ANSWERS.put("POST /gh/app/installations/4711/access_tokens", "201 {\"token\":\"ghs_x\"}");
        ANSWERS.put(
                "GET /gh/app/installations/4711",
                "{\"id\":4711,\"account\":{\"login\":\"acme\",\"id\":99,\"type\":\"Organization\"},\"suspended_at\":null}");
        ANSWERS.put("GET /gh/installation/repositories", repositories("web", "api"));
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String request =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        SENT.put(request, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String answer = ANSWERS.getOrDefault(request, "404 {}");
        int status = answer.matches("(?s)\\d{3} .*") ? Integer.parseInt(answer.substring(0, 3)) : 200;
        byte[] body = (status == 200 ? answer : answer.substring(4)).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String repositories(String... names) {
        StringBuilder list = new StringBuilder();
        for (String name : names) {
            list.append(list.isEmpty() ? "" : ",").append("""
                    {"id": %d, "full_name": "acme/%s", "private": true, "default_branch": "trunk",
                     "clone_url": "https://github.com/acme/%s.git"}""".formatted(name.hashCode() & 0xffff, name, name));
        }
        return "{\"repositories\":[" + list + "]}";
    }

    /** A user whose account at GitHub is that one, and no other's any more. */
    private static HarmontClient owner(String name, String account) throws Exception {
        HarmontClient user = user(name);
        try (Storage storage = Storage.visit(settings)) {
            storage.database()
                    .write(handle -> handle.createUpdate("""
                            insert into accounts.identities (provider, subject, user_id, created)
                            select 'github', :account, id, now() from accounts.users where username = :name
                            on conflict (provider, subject) do update set user_id = excluded.user_id
                            """)
                            .bind("account", account)
                            .bind("name", name)
                            .execute());
        }
        return user;
    }

    private static HarmontClient user(String name) throws Exception {
        try (Storage storage = Storage.visit(settings)) {
            var accounts = new Accounts(storage.database(), Clock.systemUTC());
            accounts.createUser(name, name + "@example.org", false);
            return admin.as(accounts.createToken(name, "test", Grants.ALL, null).text());
        }
    }

    private static String organization(HarmontClient owner, String name) throws Exception {
        Answer made = owner.post("/organizations", Map.of("name", name));
        assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
        return "/organizations/" + made.json().get("slug").asString();
    }

    @Test
    void anInstallationIsConnectedListedSyncedAndLetGo() throws Exception {
        HarmontClient ada = owner("ada", "99");
        String org = organization(ada, "Ada's forge");
        String installations = org + "/github/installations";
        assertThat(ada.post(installations, Map.of("installation_id", "x")).code())
                .isEqualTo("github_installation_id_invalid");
        assertThat(ada.post(installations, Map.of("installation_id", 9)).code())
                .isEqualTo("github_installation_id_invalid");
        Answer connected = ada.post(installations, Map.of("installation_id", 4711));
        assertThat(connected.status()).as(connected.json().toString()).isEqualTo(201);
        assertThat(connected.json().get("account_login").asString()).isEqualTo("acme");
        assertThat(ada.get(installations).json().at("/data/0/installation_id").asLong())
                .isEqualTo(4711);
        JsonNode repos = ada.get(installations + "/4711/repos").json().get("data");
        assertThat(repos.size()).isEqualTo(2);
        assertThat(repos.get(0).get("full_name").asString()).isEqualTo("acme/api");
        JsonNode summary = ada.get(org + "/repos").json().get("data").get(1);
        assertThat(summary.get("clone_url").asString()).isEqualTo("https://github.com/acme/web.git");
        assertThat(summary.at("/registrations/0/provider").asString()).isEqualTo("github");

        ANSWERS.put("GET /gh/installation/repositories", repositories("web"));
        assertThat(ada.post(installations + "/4711/sync", Map.of()).status()).isEqualTo(200);
        assertThat(ada.get(org + "/repos").json().get("data").size()).isEqualTo(1);
        ANSWERS.put("GET /gh/installation/repositories", "500 {}");
        assertThat(ada.post(installations + "/4711/sync", Map.of()).code()).isEqualTo("github_sync_failed");

        HarmontClient eve = user("eve");
        assertThat(eve.get(installations).code()).isEqualTo("organization_not_found");
        assertThat(eve.post(organization(eve, "Eve's") + "/github/installations", Map.of("installation_id", 4711))
                        .code())
                .as("somebody else's installation")
                .isEqualTo("github_installation_id_invalid");
        eve = owner("eva", "99");
        String other = organization(eve, "Eva's");
        assertThat(eve.get(other + "/github/installations/4711/repos").code())
                .isEqualTo("github_installation_not_found");
        assertThat(eve.post(other + "/github/installations", Map.of("installation_id", 4711))
                        .code())
                .isEqualTo("github_installation_bound_elsewhere");

        assertThat(ada.send("DELETE", installations + "/4711", null).status()).isEqualTo(204);
        assertThat(ada.send("DELETE", installations + "/4711", null).code()).isEqualTo("github_installation_not_found");
        assertThat(ada.get(org + "/repos").json().get("data").isEmpty()).isTrue();
        assertThat(eve.post(other + "/github/installations", Map.of("installation_id", 4711))
                        .status())
                .isEqualTo(201);
        assertThat(eve.send("DELETE", other + "/github/installations/4711", null)
                        .status())
                .isEqualTo(204);
    }

    @Test
    void aMemberReadsButDoesNotConnect() throws Exception {
        HarmontClient owner = user("olga");
        HarmontClient member = user("mia");
        String org = organization(owner, "Olga's");
        Answer invite = owner.post(org + "/invites", Map.of("email", "mia@example.org", "role", "member"));
        member.post(
                "/invites/accept", Map.of("token", invite.json().get("token").asString()));
        assertThat(member.get(org + "/github/installations").status()).isEqualTo(200);
        assertThat(member.get(org + "/bitbucket/workspaces").status()).isEqualTo(200);
        for (Answer refused : new Answer[] {
            member.post(org + "/github/installations", Map.of("installation_id", 4711)),
            member.send("DELETE", org + "/github/installations/4711", null),
            member.post(org + "/github/installations/4711/sync", Map.of()),
            member.get(org + "/bitbucket/oauth-url"),
            member.send("DELETE", org + "/bitbucket/workspaces/x", null)
        }) {
            assertThat(refused.code()).isEqualTo("insufficient_org_role");
            assertThat(refused.status()).isEqualTo(403);
        }
    }

    @Test
    void gitHubTellsOfInstallations() throws Exception {
        HarmontClient gus = owner("gus", "1234");
        String org = organization(gus, "Gus's");
        webhook("installation", "{\"action\":\"created\",\"sender\":{\"id\":1234}," + installation());
        await(() -> gus.post(org + "/github/installations", Map.of("installation_id", 4711))
                        .status()
                == 201);
        ANSWERS.put("GET /gh/installation/repositories", repositories("web", "api", "new"));
        webhook("installation_repositories", "{\"action\":\"added\"," + installation());
        await(() -> gus.get(org + "/repos").json().get("data").size() == 3);
        webhook("installation", "{\"action\":\"deleted\"," + installation());
        await(() -> gus.get(org + "/github/installations").json().get("data").isEmpty());
        assertThat(gus.get(org + "/repos").json().get("data").isEmpty()).isTrue();
    }

    private static String installation() {
        return "\"installation\":{\"id\":4711,\"account\":{\"login\":\"acme\",\"type\":\"Organization\"}}}";
    }

    private static void webhook(String event, String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(
                                    HttpRequest.newBuilder(server.address().resolve("/webhooks/github"))
                                            .header("Content-Type", "application/json")
                                            .header("X-GitHub-Event", event)
                                            .header("X-Hub-Signature-256", "sha256=" + signature)
                                            .POST(BodyPublishers.ofString(body))
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(202);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (!condition.holds()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void workspacesAreConnectedByWhoAskedForIt() throws Exception {
        HarmontClient bea = user("bea");
        String org = organization(bea, "Bea's");
        String url = bea.get(org + "/bitbucket/oauth-url").json().get("url").asString();
        assertThat(url).contains("/bb-web/site/oauth2/authorize?client_id=bb-client");
        String state = URI.create(url).getQuery().replaceFirst(".*state=", "");
        Map<String, String> connect = Map.of("code", "c-1", "state", state);
        assertThat(bea.post("/integrations/bitbucket/connect", connect).code()).isEqualTo("bitbucket_connect_failed");
        ANSWERS.put("POST /bb-web/site/oauth2/access_token", "{\"access_token\":\"bb-token\"}");
        ANSWERS.put("GET /bb/workspaces", "{\"values\":[{\"slug\":\"beas\",\"name\":\"Bea & Co\"}]}");
        ANSWERS.put("GET /bb/repositories/beas", """
                {"values": [{"uuid": "{1}", "full_name": "beas/tool", "slug": "tool", "is_private": false,
                  "mainbranch": {"name": "main"},
                  "links": {"clone": [{"name": "https", "href": "https://bea@bitbucket.org/beas/tool.git"}]}}]}
                """);
        assertThat(user("bob").post("/integrations/bitbucket/connect", connect).code())
                .as("another user's state")
                .isEqualTo("bitbucket_invalid_state");
        assertThat(bea.post("/integrations/bitbucket/connect", Map.of("code", "c", "state", state + "x"))
                        .code())
                .isEqualTo("bitbucket_invalid_state");
        Answer connected = bea.post("/integrations/bitbucket/connect", connect);
        assertThat(connected.status()).as(connected.json().toString()).isEqualTo(201);
        assertThat(connected.json().at("/workspaces/0/slug").asString()).isEqualTo("beas");
        assertThat(SENT.get("POST /bb-web/site/oauth2/access_token")).contains("code=c-1");
        assertThat(bea.get(org + "/bitbucket/workspaces")
                        .json()
                        .at("/workspaces/0/name")
                        .asString())
                .isEqualTo("Bea & Co");
        JsonNode repository =
                bea.get(org + "/bitbucket/workspaces/beas/repos").json().at("/repos/0");
        assertThat(repository.get("clone_url").asString()).isEqualTo("https://bitbucket.org/beas/tool.git");
        assertThat(bea.get(org + "/repos")
                        .json()
                        .at("/data/0/registrations/0/provider")
                        .asString())
                .isEqualTo("bitbucket");

        HarmontClient ben = user("ben");
        String other = organization(ben, "Ben's");
        String mine = URI.create(ben.get(other + "/bitbucket/oauth-url")
                        .json()
                        .get("url")
                        .asString())
                .getQuery()
                .replaceFirst(".*state=", "");
        assertThat(ben.post("/integrations/bitbucket/connect", Map.of("code", "c", "state", mine))
                        .code())
                .isEqualTo("bitbucket_installation_bound_elsewhere");
        assertThat(ben.get(other + "/bitbucket/workspaces/beas/repos").code())
                .isEqualTo("bitbucket_workspace_not_found");
        assertThat(bea.send("DELETE", org + "/bitbucket/workspaces/beas", null).status())
                .isEqualTo(204);
        assertThat(bea.send("DELETE", org + "/bitbucket/workspaces/beas", null).code())
                .isEqualTo("bitbucket_workspace_not_found");
    }

    @Test
    void whoIsKnownOrInvitedSignsInWithGitHub() throws Exception {
        HarmontClient nobody = admin.as("");
        Map<String, String> code = Map.of("code", "c-1", "redirect_uri", "https://app.example.org/auth");
        ANSWERS.put("POST /gh-web/login/oauth/access_token", "{\"error\":\"bad_verification_code\"}");
        Answer bad = nobody.post("/auth/github", code);
        assertThat(bad.status()).isEqualTo(502);
        assertThat(bad.code()).isEqualTo("oauth_provider_error");
        ANSWERS.put("POST /gh-web/login/oauth/access_token", "{\"access_token\":\"gho_x\"}");
        ANSWERS.put("GET /gh/user", "{\"id\":1,\"login\":\"Stranger\",\"name\":\"S. Tranger\"}");
        ANSWERS.put(
                "GET /gh/user/emails",
                "[{\"email\":\"carl@example.org\",\"verified\":false,\"primary\":true},"
                        + "{\"email\":\"stranger@example.org\",\"verified\":true}]");
        HarmontClient carl = user("carl");
        assertThat(nobody.post("/auth/github", code).code())
                .as("an address that is not proved is nobody's")
                .isEqualTo("signup_cap_reached");
        String org = organization(carl, "Carl's");
        carl.post(org + "/invites", Map.of("email", "stranger@example.org", "role", "member"));
        Answer invited = nobody.post("/auth/github", code);
        assertThat(invited.status()).as(invited.json().toString()).isEqualTo(200);
        assertThat(invited.json().at("/user/email").asString()).isEqualTo("stranger@example.org");
        assertThat(invited.json().at("/user/name").asString()).isEqualTo("S. Tranger");
        HarmontClient stranger = admin.as(invited.json().get("token").asString());
        assertThat(stranger.get("/user").json().get("uuid"))
                .isEqualTo(invited.json().at("/user/uuid"));
        ANSWERS.put("GET /gh/user/emails", "[]");
        assertThat(nobody.post("/auth/github", code).json().at("/user/uuid"))
                .as("an account elsewhere stays the same, whatever its addresses become")
                .isEqualTo(invited.json().at("/user/uuid"));
    }

    @Test
    void anAddressAloneIsNobody() throws Exception {
        HarmontClient dora = user("dora");
        HarmontClient nobody = admin.as("");
        Map<String, String> code = Map.of("code", "c-2", "redirect_uri", "https://app.example.org/auth");
        ANSWERS.put("POST /g/token", "{\"access_token\":\"g-token\"}");
        ANSWERS.put("GET /g/userinfo", "{\"sub\":\"42\",\"email\":\"dora@example.org\",\"email_verified\":true}");
        assertThat(nobody.post("/auth/google", code).code())
                .as("an account here is not taken over by who has its address elsewhere")
                .isEqualTo("signup_cap_reached");
        HarmontClient olaf = user("olaf");
        olaf.post(organization(olaf, "Olaf's") + "/invites", Map.of("email", "dora@example.org", "role", "member"));
        Answer invited = nobody.post("/auth/google", code);
        assertThat(invited.status()).as(invited.json().toString()).isEqualTo(200);
        assertThat(invited.json().at("/user/uuid"))
                .isNotEqualTo(dora.get("/user").json().get("uuid"));
        assertThat(nobody.post("/auth/google", Map.of("code", "c")).status()).isEqualTo(400);
    }
}
