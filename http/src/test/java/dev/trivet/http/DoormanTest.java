package dev.trivet.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.accounts.Grants;
import dev.trivet.accounts.Principal;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a refused caller is told, and the ways to say who one is. {@link RouteSecurityTest} shows who passes. */
class DoormanTest {
    private static LiveServer live;

    private static Response who(Request request) {
        return Response.text(request.principal().map(Principal::username).orElse("nobody"));
    }

    @BeforeAll
    static void start() {
        ErrorShape shape =
                (problem, exchange) -> Response.text(problem.status(), problem.kind() + ": " + problem.reason());
        live = LiveServer.of(
                new Routes(List.of(
                        new RouteGroup(
                                "/api",
                                shape,
                                Set.of(CredentialKind.TOKEN),
                                List.of(
                                        Route.get("/api/jobs", Access.reading("srht", "jobs"), DoormanTest::who),
                                        Route.get("/api/admin", Access.ADMINISTRATOR, DoormanTest::who),
                                        Route.get("/api/open", Access.PUBLIC, DoormanTest::who),
                                        Route.get("/api/lenient", Access.PUBLIC_LENIENT, DoormanTest::who))),
                        new RouteGroup(
                                "/",
                                new HtmlErrors("/sign-in"),
                                Set.of(CredentialKind.SESSION),
                                List.of(
                                        Route.get("/settings", Access.SESSION, DoormanTest::who),
                                        Route.post(
                                                "/settings",
                                                Access.SESSION,
                                                r -> Response.text("changed "
                                                        + r.form().first("x").orElse("nothing"))),
                                        Route.post("/sign-in", Access.PUBLIC, DoormanTest::who))))),
                new TestIdentities()
                        .with("alice", false, Grants.parse("srht/jobs:read"))
                        .with("bob", false, Grants.NONE));
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer alice, 200, alice",
        "bearer alice, 200, alice",
        "BEARER alice, 200, alice",
        "token alice, 200, alice",
        "Token alice, 200, alice",
        "alice, 401, MALFORMED_CREDENTIAL",
        "Bearer, 401, MALFORMED_CREDENTIAL",
        "Bearer  alice, 401, MALFORMED_CREDENTIAL",
        "Bearer alice x, 401, MALFORMED_CREDENTIAL",
        "Basic alice, 401, MALFORMED_CREDENTIAL",
        "Bearer nobody, 401, UNKNOWN_TOKEN",
        "Bearer expired, 401, EXPIRED_TOKEN: the token expired at 2026-01-01T00:00:00Z",
        "Bearer revoked, 401, REVOKED_TOKEN",
        "Bearer suspended, 403, SUSPENDED_USER: the user mallory is suspended",
        "Bearer bob, 403, MISSING_GRANT: the token lacks the grant srht/jobs:read",
    })
    void readsTheHeader(String header, int status, String body) {
        HttpResponse<String> answer = live.get("/api/jobs", "Authorization", header);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(body);
        assertThat(answer.headers().firstValue("WWW-Authenticate").isPresent()).isEqualTo(status == 401);
    }

    @Test
    void refusesTwoHeaders() throws Exception {
        String answer = live.raw(
                "GET /api/jobs HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer alice\r\nAuthorization: Bearer bob\r\nConnection: close\r\n\r\n",
                5000);
        assertThat(answer).startsWith("HTTP/1.1 401").contains("MALFORMED_CREDENTIAL");
    }

    @Test
    void openRoutesKnowWhoCalls() {
        assertThat(live.get("/api/open").body()).isEqualTo("nobody");
        assertThat(live.get("/api/open", "Authorization", "Bearer alice").body())
                .isEqualTo("alice");
        assertThat(live.get("/api/open", "Authorization", "Bearer wrong").statusCode())
                .isEqualTo(401);
        assertThat(live.get("/api/lenient", "Authorization", "Bearer wrong").body())
                .isEqualTo("nobody");
        assertThat(live.get("/api/lenient", "Authorization", "Basic Zm9v").body())
                .isEqualTo("nobody");
        assertThat(live.get("/api/lenient", "Authorization", "Bearer alice").body())
                .isEqualTo("alice");
    }

    @Test
    void tellsWhatIsMissing() {
        assertThat(live.get("/api/jobs").body()).contains("NO_CREDENTIAL").contains("Authorization: Bearer TOKEN");
        assertThat(live.get("/api/admin", "Authorization", "Bearer alice").body())
                .contains("NOT_ADMINISTRATOR");
        assertThat(live.get("/api/admin", "Authorization", "Bearer admin").body())
                .isEqualTo("admin");
    }

    @Test
    void cookiesAreNotLookedAtWhereTokensAreWanted() {
        assertThat(live.get("/api/jobs", "Cookie", "trivet_session=alice").statusCode())
                .isEqualTo(401);
        assertThat(live.get("/settings", "Authorization", "Bearer alice").statusCode())
                .isEqualTo(303);
    }

    @Test
    void sendsPeopleToSignIn() {
        HttpResponse<String> answer = live.get("/settings");
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).contains("/sign-in?return_to=%2Fsettings");
        assertThat(live.post("/settings", "").statusCode()).isEqualTo(401);
        assertThat(live.get("/settings", "Cookie", "a=b; trivet_session=alice; c=d")
                        .body())
                .isEqualTo("alice");
    }

    @ParameterizedTest
    @CsvSource({
        "x=1&csrf_token=csrf-alice, 200",
        "x=1&_csrf_token=csrf-alice, 200",
        "x=1&csrf_token=csrf-bob, 403",
        "x=1&csrf_token=, 403",
        "x=1, 403",
    })
    void formsCarryTheSessionsToken(String form, int status) {
        HttpResponse<String> answer = live.post(
                "/settings",
                form,
                "Cookie",
                "trivet_session=alice",
                "Content-Type",
                "application/x-www-form-urlencoded");
        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 200) {
            assertThat(answer.body()).isEqualTo("changed 1");
        } else {
            assertThat(answer.body()).contains("CSRF token").contains("<h1>Error 403</h1>");
        }
    }

    @Test
    void scriptsCarryItInAHeader() {
        assertThat(live.post("/settings", "x=1", "Cookie", "trivet_session=alice", "X-CSRF-Token", "csrf-alice")
                        .statusCode())
                .isEqualTo(200);
        assertThat(live.post("/settings", "x=1", "Cookie", "trivet_session=alice", "X-CSRF-Token", "csrf-bob")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void otherSitesCannotPost() {
        for (String site : new String[] {"cross-site", "same-site"}) {
            assertThat(live.post("/sign-in", "", "Sec-Fetch-Site", site).statusCode())
                    .isEqualTo(403);
        }
        for (String site : new String[] {"same-origin", "none"}) {
            assertThat(live.post("/sign-in", "", "Sec-Fetch-Site", site).statusCode())
                    .isEqualTo(200);
        }
        assertThat(live.post("/sign-in", "", "Cookie", "trivet_session=alice").statusCode())
                .isEqualTo(200);
    }
}
