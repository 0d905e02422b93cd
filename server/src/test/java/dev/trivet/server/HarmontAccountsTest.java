package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Grants;
import dev.trivet.http.RouteSecurityCheck;
import dev.trivet.server.HarmontClient.Answer;
import dev.trivet.store.TestPrograms;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Accounts, organizations and pipelines of the Harmont API: each status, and what is hidden from whom (spec harmont section 2). */
class HarmontAccountsTest {
    private static final String TOKEN = "the-administrators-token-of-this-test";

    @TempDir
    static Path directory;

    private static Settings settings;
    private static TrivetServer server;
    private static HarmontClient admin;

    @BeforeAll
    static void start() throws Exception {
        Map<String, String> environment = new HashMap<>();
        environment.put("TRIVET_LISTEN", "127.0.0.1:0");
        environment.put(
                "TRIVET_DATA", TestPrograms.in(directory.resolve("data")).toString());
        environment.put("TRIVET_ADMIN_TOKEN", TOKEN);
        environment.put("TRIVET_SERVER_DRAIN_TIMEOUT", "0s");
        environment.put("TRIVET_SERVER_CORS_ORIGINS", "https://app.example.org");
        environment.put("HARMONT_LOG_TOKEN_SECRET", "xsecretx");
        settings = Settings.read(Settings.Options.NONE, environment);
        server = TrivetServer.start(settings, Clock.systemUTC());
        admin = new HarmontClient(server.address(), TOKEN);
    }

    @AfterAll
    static void stop() {
        admin.close();
        server.close();
    }

    /** Another person, made as {@code trivet user} does it. */
    private static HarmontClient member(String name) throws Exception {
        try (Storage storage = Storage.visit(settings)) {
            var accounts = new Accounts(storage.database(), Clock.systemUTC());
            accounts.createUser(name, name + "@example.org", false);
            return admin.as(accounts.createToken(name, "test", Grants.ALL, null).text());
        }
    }

    @Test
    void everyRouteLetsThroughWhomItMustAndNobodyElse() {
        assertThat(RouteSecurityCheck.of(server.routes())).isEmpty();
        assertThat(RouteSecurityCheck.openRoutes(server.routes()))
                .filteredOn(route -> route.contains(" /api/v0") || route.contains(" /v0"))
                .containsExactly(
                        "GET /api/v0/internal/builds/{build_uuid}/source.tar.gz",
                        "GET /api/v0/openapi.json",
                        "GET /api/v0/ping",
                        "GET /api/v0/pipeline-schema.json",
                        "GET /v0/artifacts/{artifact}/{name}",
                        "GET /v0/jobs/{job}/logs",
                        "POST /api/v0/auth/cli/claim",
                        "POST /api/v0/auth/cli/redeem",
                        "POST /api/v0/auth/github",
                        "POST /api/v0/auth/google");
    }

    @Test
    void theUserShowsRenamesAndKeysAreMadeAndRevoked() throws Exception {
        Answer user = admin.get("/user");
        assertThat(user.json().get("uuid").asString()).hasSize(36);
        assertThat(user.json().get("personal_org_slug").asString()).isNotEmpty();
        assertThat(admin.send("PATCH", "/user", Map.of("name", " Ada "))
                        .json()
                        .get("name")
                        .asString())
                .isEqualTo("Ada");
        assertThat(admin.send("PATCH", "/user", Map.of("name", "  ")).code()).isEqualTo("user_name_invalid");
        Answer made = admin.post("/user/api-tokens", Map.of("description", "laptop", "expires_at", "no date"));
        assertThat(made.status()).isEqualTo(201);
        String secret = made.json().get("token").asString();
        assertThat(secret).startsWith("hm_").hasSize(46);
        assertThat(made.json().at("/api_token/expires_at").isNull()).isTrue();
        JsonNode listed = admin.get("/user/api-tokens").json();
        assertThat(listed.toString()).doesNotContain(secret);
        assertThat(listed.at("/api_tokens/0/description").asString()).isEqualTo("laptop");
        String id = made.json().at("/api_token/id").asString();
        HarmontClient withKey = admin.as(secret);
        assertThat(withKey.get("/user").status()).isEqualTo(200);
        assertThat(admin.send("DELETE", "/user/api-tokens/" + id, null).status())
                .isEqualTo(204);
        assertThat(withKey.get("/user").status()).isEqualTo(401);
        assertThat(admin.send("DELETE", "/user/api-tokens/" + id, null).code()).isEqualTo("api_token_not_found");
        assertThat(admin.send("DELETE", "/user/api-tokens/nonsense", null).code())
                .isEqualTo("api_token_not_found");
    }

    @Test
    void aSessionIsHandedToTheCommandLineAndEndsByLogout() throws Exception {
        assertThat(admin.post("/auth/cli/transfer", Map.of("nonce", "n-1")).status())
                .isEqualTo(204);
        HarmontClient nobody = admin.as("");
        String session = nobody.post("/auth/cli/claim", Map.of("nonce", "n-1"))
                .json()
                .get("token")
                .asString();
        assertThat(nobody.post("/auth/cli/claim", Map.of("nonce", "n-1")).code())
                .isEqualTo("cli_code_invalid");
        HarmontClient cli = admin.as(session);
        assertThat(cli.get("/user").status()).isEqualTo(200);
        assertThat(cli.post("/auth/logout", Map.of()).status()).isEqualTo(204);
        assertThat(cli.get("/user").code()).isEqualTo("unauthorized");
        String code = admin.post("/auth/cli/code", Map.of()).json().get("code").asString();
        assertThat(code).matches("[0-9A-HJKMNP-TV-Z]{16}");
        assertThat(nobody.post("/auth/cli/redeem", Map.of("code", code)).status())
                .isEqualTo(200);
        assertThat(nobody.post("/auth/cli/redeem", Map.of("code", code)).status())
                .isEqualTo(400);
        assertThat(nobody.post("/auth/cli/transfer", Map.of("nonce", "x")).status())
                .isEqualTo(401);
    }

    @Test
    void organizationsPageAndHideThemselves() throws Exception {
        HarmontClient bob = member("bob");
        for (int number = 0; number < 3; number++) {
            assertThat(bob.post("/organizations", Map.of("name", "Bob's " + number))
                            .status())
                    .isEqualTo(201);
        }
        assertThat(bob.post("/organizations", Map.of("name", "  ")).code()).isEqualTo("organization_invalid");
        Answer first = bob.get("/organizations?limit=2");
        assertThat(first.json().get("data").size()).isEqualTo(2);
        Answer rest = bob.get("/organizations?limit=500&cursor="
                + first.json().get("next_cursor").asString());
        assertThat(rest.json().get("data").size()).isEqualTo(2);
        assertThat(rest.json().get("next_cursor").isNull()).isTrue();
        assertThat(bob.get("/organizations?cursor=garbage&limit=x")
                        .json()
                        .get("data")
                        .size())
                .isEqualTo(4);
        Answer foreign = admin.get("/organizations/bob-s-0");
        Answer missing = admin.get("/organizations/nobody-s");
        assertThat(foreign.status()).isEqualTo(404);
        assertThat(withoutId(foreign.json())).isEqualTo(withoutId(missing.json()));
        assertThat(foreign.code()).isEqualTo("organization_not_found");
        for (String path :
                List.of("/pipelines", "/members", "/invites", "/pipelines/x/builds", "/pipelines/x/builds/1")) {
            assertThat(admin.get("/organizations/bob-s-0" + path).code()).isEqualTo("organization_not_found");
        }
    }

    @Test
    void membersComeByInvitationAndHaveRoles() throws Exception {
        HarmontClient carol = member("carol");
        HarmontClient dave = member("dave");
        String org = "/organizations/"
                + carol.post("/organizations", Map.of("name", "Team C"))
                        .json()
                        .get("slug")
                        .asString();
        Answer invite = carol.post(org + "/invites", Map.of("email", "DAVE@example.org", "role", "king"));
        assertThat(invite.json().get("role").asString()).isEqualTo("member");
        String token = invite.json().get("token").asString();
        assertThat(carol.post(org + "/invites", Map.of("email", "dave@example.org"))
                        .code())
                .isEqualTo("invite_invalid");
        assertThat(carol.post(org + "/invites", Map.of("email", "nonsense")).code())
                .isEqualTo("invite_invalid");
        assertThat(carol.get(org + "/invites").json().toString()).doesNotContain(token);
        assertThat(admin.post("/invites/accept", Map.of("token", token)).code()).isEqualTo("invite_unacceptable");
        assertThat(dave.post("/invites/accept", Map.of("token", token)).status())
                .isEqualTo(200);
        assertThat(dave.get(org + "/invites").code()).isEqualTo("insufficient_org_role");
        JsonNode members = dave.get(org + "/members").json().get("data");
        String carols = members.get(0).get("user_uuid").asString();
        String daves = members.get(1).get("user_uuid").asString();
        assertThat(dave.send("PATCH", org + "/members/" + daves, Map.of("role", "owner"))
                        .status())
                .isEqualTo(403);
        assertThat(carol.send("PATCH", org + "/members/" + daves, Map.of("role", "king"))
                        .code())
                .isEqualTo("invalid_role");
        assertThat(carol.send("PATCH", org + "/members/" + UUID.randomUUID(), Map.of("role", "admin"))
                        .code())
                .isEqualTo("member_not_found");
        assertThat(carol.send("PATCH", org + "/members/x", Map.of("role", "admin"))
                        .code())
                .isEqualTo("member_not_found");
        assertThat(carol.send("PATCH", org + "/members/" + carols, Map.of("role", "member"))
                        .code())
                .isEqualTo("last_owner");
        assertThat(carol.send("PATCH", org + "/members/" + daves, Map.of("role", "admin"))
                        .status())
                .isEqualTo(200);
        assertThat(dave.send("DELETE", org + "/members/" + carols, null).status())
                .isEqualTo(403);
        Answer second = dave.post(org + "/invites", Map.of("email", "eve@example.org", "role", "admin"));
        String id = second.json().get("id").asString();
        assertThat(dave.send("DELETE", org + "/invites/" + id, null).status()).isEqualTo(204);
        assertThat(dave.send("DELETE", org + "/invites/" + id, null).code()).isEqualTo("invite_not_found");
        assertThat(carol.send("DELETE", org + "/members/" + daves, null).status())
                .isEqualTo(204);
        assertThat(dave.get(org).status()).isEqualTo(404);
    }

    @Test
    void pipelinesAreMadeListedAndFound() throws Exception {
        String pipelines = "/organizations/" + admin.org() + "/pipelines";
        Map<String, String> good =
                Map.of("name", "My Pipe", "repository", "https://h.example/o/r.git", "default_branch", "main");
        Answer made = admin.post(pipelines, good);
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().get("slug").asString()).isEqualTo("my-pipe");
        assertThat(made.json().get("repo_name").asString()).isEqualTo("o/r");
        assertThat(made.json().get("allow_manual").asBoolean()).isTrue();
        assertThat(admin.post(pipelines, good).code()).isEqualTo("pipeline_slug_taken");
        for (String member : List.of("name", "repository", "default_branch")) {
            Map<String, Object> bad = new HashMap<>(good);
            bad.put(member, " ");
            Answer refused = admin.post(pipelines, bad);
            assertThat(refused.code()).isEqualTo("pipeline_invalid");
            assertThat(refused.json().at("/error/message").asString()).contains(member);
            bad.put(member, 7);
            assertThat(admin.post(pipelines, bad).status()).isEqualTo(422);
        }
        assertThat(admin.get(pipelines + "/my-pipe").status()).isEqualTo(200);
        assertThat(admin.get(pipelines + "/nothing").code()).isEqualTo("pipeline_not_found");
        assertThat(admin.get(pipelines + "/my-pipe/builds/1").code()).isEqualTo("build_not_found");
        assertThat(admin.get(pipelines + "/my-pipe/builds/1x").code()).isEqualTo("build_not_found");
        assertThat(admin.post("/organizations/" + admin.org() + "/builds", Map.of("repo_name", "o/r"))
                        .code())
                .isEqualTo("pipeline_not_found");
    }

    @Test
    void errorsHaveTheirPagesAndTheRequestsId() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            String id = "a-request-id-of-the-client";
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(server.address().resolve("/api/v0/user"))
                            .header("x-request-id", id)
                            .build(),
                    BodyHandlers.ofString());
            JsonNode error = HarmontClient.JSON.readTree(answer.body()).get("error");
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("x-request-id")).contains(id);
            assertThat(error.get("request_id").asString()).isEqualTo(id);
            HttpResponse<String> page = http.send(
                    HttpRequest.newBuilder(URI.create(error.get("doc_url").asString()))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("unauthorized (HTTP 401");
            for (String path : List.of("/api/v0/nothing", "/api/errors/nothing")) {
                HttpResponse<String> missing = http.send(
                        HttpRequest.newBuilder(server.address().resolve(path)).build(), BodyHandlers.ofString());
                assertThat(missing.statusCode()).isEqualTo(404);
                assertThat(missing.body()).contains("\"code\":\"not_found\"");
            }
            HttpResponse<String> broken = http.send(
                    HttpRequest.newBuilder(server.address().resolve("/api/v0/organizations"))
                            .header("Authorization", "Bearer " + TOKEN)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("{\"name\": "))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(broken.statusCode()).isEqualTo(400);
            assertThat(broken.body()).contains("\"code\":\"invalid_request\"");
            assertThat(http.send(
                                    HttpRequest.newBuilder(server.address().resolve("/healthz"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body())
                    .isEqualTo("ok");
        }
    }

    @Test
    void logStreamsKnowTheirOwnTokensOnly() throws Exception {
        String vector =
                "eyJidWlsZCI6ImJ1aWxkLWFiYyIsImV4cCI6NDEwMjQ0NDgwMH0." + "PvK2NJ2pu0YlN4MzukkSxlqXiSABWrJsAbF6WSgyXPo";
        assertThat(stream(UUID.randomUUID().toString(), vector)).isEqualTo("403 log_stream_forbidden");
        assertThat(stream("x", vector)).isEqualTo("403 log_stream_forbidden");
        assertThat(stream("x", "")).isEqualTo("401 log_stream_unauthorized");
        assertThat(stream("x", vector.replace("Pv", "Qv"))).isEqualTo("401 log_stream_unauthorized");
        // {"build":"build-abc","exp":1} with a good signature would be over; with none it is nothing.
        assertThat(stream("x", "eyJidWlsZCI6ImIiLCJleHAiOjF9.")).isEqualTo("401 log_stream_unauthorized");
    }

    private static String stream(String job, String token) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(server.address().resolve("/v0/jobs/" + job + "/logs?token=" + token))
                            .build(),
                    BodyHandlers.ofString());
            return answer.statusCode() + " "
                    + HarmontClient.JSON.readTree(answer.body()).get("code").asString();
        }
    }

    private static JsonNode withoutId(JsonNode error) {
        ((tools.jackson.databind.node.ObjectNode) error.get("error")).remove("request_id");
        return error;
    }
}
