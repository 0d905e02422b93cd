package dev.trivet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.accounts.AccountStore;
import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Grants;
import dev.trivet.accounts.Sessions;
import dev.trivet.accounts.SignIn;
import dev.trivet.store.Database;
import dev.trivet.store.Migrations;
import dev.trivet.store.TestCluster;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HttpServerTest {

    @Test
    void finishesWhatIsUnderWayWhenItStops() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        LiveServer live = LiveServer.of(
                LiveServer.plain(Route.get("/slow", Access.PUBLIC, r -> {
                    entered.countDown();
                    release.await();
                    return Response.text("done");
                })),
                new TestIdentities());
        int port = live.server().port();
        CompletableFuture<String> answer =
                CompletableFuture.supplyAsync(() -> live.get("/slow").body());
        entered.await();
        CompletableFuture<Void> stopping =
                CompletableFuture.runAsync(() -> live.server().close());
        Thread.sleep(100); // the stop is to be waiting; if it is not yet, the test is only easier
        release.countDown();
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("done");
        stopping.get(5, TimeUnit.SECONDS);
        assertThatThrownBy(() -> new Socket("127.0.0.1", port)).isInstanceOf(IOException.class);
        live.close();
    }

    @Test
    void aRequestMayThinkLongerThanTheIdleTimeout() throws Exception {
        try (LiveServer live = LiveServer.of(
                HttpSettings.on("127.0.0.1", 0)
                        .withTimeouts(Duration.ofMillis(150), Duration.ofSeconds(1), Duration.ofSeconds(1)),
                LiveServer.plain(Route.get("/long", Access.PUBLIC, r -> {
                    Thread.sleep(600);
                    return Response.text("thought");
                })),
                new TestIdentities())) {
            assertThat(live.get("/long").body()).isEqualTo("thought");
        }
    }

    @Test
    void explainsAnAddressThatIsTaken() {
        Routes routes = LiveServer.plain();
        try (LiveServer live = LiveServer.of(routes, new TestIdentities())) {
            HttpServer second =
                    new HttpServer(HttpSettings.on("127.0.0.1", live.server().port()), routes, new TestIdentities());
            assertThatThrownBy(second::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "cannot listen on 127.0.0.1:" + live.server().port())
                    .hasMessageContaining("--listen");
        }
    }

    @Test
    void runsHandlersOnVirtualThreads() {
        try (LiveServer live = LiveServer.of(
                LiveServer.plain(Route.get(
                        "/thread",
                        Access.PUBLIC,
                        r -> Response.text(String.valueOf(Thread.currentThread().isVirtual())))),
                new TestIdentities())) {
            assertThat(live.get("/thread").body()).isEqualTo("true");
            assertThat(live.server().uri())
                    .hasToString("http://127.0.0.1:" + live.server().port());
        }
    }

    /** Real accounts on a real database that goes away and comes back. */
    @Test
    void answers503InTheDialectsShapeWhileTheDatabaseIsAway() throws Exception {
        ErrorShape shape = (problem, exchange) -> Response.json(problem.status(), List.of(problem.reason()));
        try (TestCluster cluster = new TestCluster()) {
            new Migrations(List.of(AccountStore.MIGRATIONS)).migrate(cluster.config());
            try (Database database = Database.connect(cluster.config())) {
                Accounts accounts = new Accounts(database, InstantSource.system());
                Sessions sessions = new Sessions(database, accounts, InstantSource.system(), Sessions.LIFETIME);
                accounts.createUser("alice", "alice@example.org", false);
                String token =
                        accounts.createToken("alice", "t", Grants.ALL, null).text();
                String session = ((SignIn.Opened) sessions.signIn(token)).sessionId();
                Routes routes = new Routes(List.of(
                        new RouteGroup(
                                "/",
                                new HtmlErrors(null),
                                Set.of(CredentialKind.SESSION),
                                List.of(Route.get(
                                        "/page",
                                        Access.SESSION,
                                        r -> Response.text(r.requirePrincipal().username())))),
                        new RouteGroup(
                                "/api",
                                shape,
                                Set.of(CredentialKind.TOKEN),
                                List.of(Route.get(
                                        "/api/jobs",
                                        Access.AUTHENTICATED,
                                        r -> Response.text(r.requirePrincipal().username()))))));
                try (LiveServer live = LiveServer.of(routes, new AccountIdentities(accounts, sessions))) {
                    String cookie = "trivet_session=" + session;
                    assertThat(live.get("/api/jobs", "Authorization", "token " + token)
                                    .body())
                            .isEqualTo("alice");
                    assertThat(live.get("/page", "Cookie", cookie).body()).isEqualTo("alice");

                    cluster.kill();
                    // The good token may still be remembered; another one has to be looked up.
                    HttpResponse<String> api = live.get("/api/jobs", "Authorization", "token other");
                    assertThat(api.statusCode()).isEqualTo(503);
                    assertThat(api.headers().firstValue("Retry-After")).contains("1");
                    assertThat(api.body()).startsWith("[\"the database cannot be reached");
                    HttpResponse<String> page = live.get("/page", "Cookie", cookie);
                    assertThat(page.statusCode()).isEqualTo(503);
                    assertThat(page.body()).contains("<h1>Error 503</h1>");

                    cluster.start();
                    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
                    while (live.get("/page", "Cookie", cookie).statusCode() != 200) {
                        assertThat(System.nanoTime()).isLessThan(end);
                        Thread.sleep(50);
                    }
                    assertThat(live.get("/api/jobs", "Authorization", "Bearer " + token)
                                    .body())
                            .isEqualTo("alice");
                }
            }
        }
    }
}
