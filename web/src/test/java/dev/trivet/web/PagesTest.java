package dev.trivet.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.plan.StepSpec;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.RunState;
import dev.trivet.core.state.StepState;
import dev.trivet.engine.Lease;
import dev.trivet.engine.SubmittedRun;
import dev.trivet.logs.LogKey;
import dev.trivet.srht.Job;
import dev.trivet.store.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages as a browser without JavaScript gets them. */
class PagesTest {
    @RegisterExtension
    static final TestDatabase DATABASE = WebServer.database();

    private static final String PUBLIC = ", \"visibility\": \"PUBLIC\"";
    private static final String UNLISTED = ", \"visibility\": \"UNLISTED\"";
    private static final String PRIVATE = ", \"visibility\": \"PRIVATE\"";

    @TempDir
    static Path directory;

    static WebServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new WebServer(DATABASE.database(), directory);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void theListShowsEveryoneWhatIsTheirs() throws Exception {
        Job open = server.submit("alice", PUBLIC);
        Job unlisted = server.submit("alice", UNLISTED);
        Job secret = server.submit("alice", PRIVATE);
        assertThat(listed("")).contains(link(open)).doesNotContain(link(unlisted), link(secret));
        assertThat(listed(server.signIn("bob"))).contains(link(open)).doesNotContain(link(unlisted), link(secret));
        assertThat(listed(server.signIn("alice"))).contains(link(open), link(unlisted), link(secret));
        assertThat(listed(server.signIn("admin"))).contains(link(open), link(unlisted), link(secret));
    }

    @Test
    void onlyReadersOpenAPrivateRun() throws Exception {
        Job job = server.submit("alice", PRIVATE + ", \"access:read\": [\"bob\"]");
        Job alone = server.submit("alice", PRIVATE);
        for (String path : List.of(
                page(alone),
                page(alone) + "/manifest",
                "/runs/" + alone.runId(),
                "/runs/" + alone.runId() + "/events",
                "/runs/" + alone.runId() + "/log/" + alone.engineJob() + "/0")) {
            assertThat(get(path, "").statusCode()).as(path).isEqualTo(404);
            assertThat(get(path, server.signIn("bob")).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(get(page(alone), server.signIn("alice")).statusCode()).isEqualTo(200);
        assertThat(get(page(alone) + "/manifest", server.signIn("alice")).body())
                .isEqualTo(WebServer.MANIFEST);
        assertThat(get(page(job), server.signIn("alice")).statusCode()).isEqualTo(200);
        assertThat(get("/runs/" + alone.runId(), server.signIn("admin")).statusCode())
                .isEqualTo(200);
        assertThat(get("/~bob/job/" + alone.id(), server.signIn("alice")).statusCode())
                .as("of another owner")
                .isEqualTo(404);
        assertThat(get(page(server.submit("alice", UNLISTED)), "").statusCode()).isEqualTo(200);
        assertThat(get("/~alice/job/999999", "").statusCode()).isEqualTo(404);
        assertThat(get("/~alice/job/x", "").statusCode()).isEqualTo(404);
        assertThat(get("/runs/999999", "").body()).contains("Not found").doesNotContain("<script>");
    }

    @Test
    void aRunIsCompleteWithoutJavaScript() throws Exception {
        Job job = server.submit("alice", PUBLIC);
        assertThat(get(page(job), "").body())
                .contains("queued", "<noscript><meta http-equiv=\"refresh\"", "data-stream=\"/runs/");
        Lease lease = server.start(job.engineJob());
        server.log(lease, 0, "set up\n");
        server.step(lease, 0, StepState.PASSED, 0);
        server.step(lease, 1, StepState.RUNNING, null);
        server.log(lease, 1, "\u001b[32mgreen\u001b[0m\n10%\r99%\nend");
        server.step(lease, 1, StepState.FAILED, 7);
        server.artifact(lease, "out/a b&c.tar", new byte[2048]);
        server.finish(lease, JobEvent.FAIL, "task build exited with code 7");
        String html = get(page(job), "").body();
        assertThat(html)
                .contains("<div class=\"l\" id=\"setup-0\"><a href=\"#setup-0\">1</a><span>set up</span></div>")
                .contains(
                        "id=\"task-build-0\"><a href=\"#task-build-0\">1</a><span><span class=\"f2\">green</span></span>")
                .contains("<span>99%</span>", "<span>end</span>", "id=\"setup\"", "id=\"task-build\"", "id=\"bottom\"")
                .contains("exit code 7", "task build exited with code 7", "runner-1", "2.0 kB")
                .contains("href=\"/logs/" + job.id() + "/log\"", "href=\"/logs/" + job.id() + "/build/log\"")
                .contains(page(job) + "/manifest", "data-stream=\"\"")
                .doesNotContain("<noscript>", "10%");
        for (String link : List.of("/logs/" + job.id() + "/build/log", artifact(html), page(job) + "/manifest")) {
            assertThat(get(link, "").statusCode()).as(link).isEqualTo(200);
        }
        assertThat(get("/runs/" + job.runId(), "").body()).contains("exit code 7");
    }

    @Test
    void aLongLogShowsItsEnd() throws Exception {
        Job job = server.submit("alice", PUBLIC);
        Lease lease = server.start(job.engineJob());
        server.step(lease, 1, StepState.RUNNING, null);
        server.log(lease, 1, ("x".repeat(99) + "\n").repeat(5000) + "the end\n");
        String html = get(page(job), "").body();
        assertThat(html)
                .contains("<a href=\"#task-build-5000\">5001</a><span>the end</span>", "See the whole log")
                .doesNotContain("id=\"task-build-3000\"")
                .hasSizeLessThan(600_000);
        assertThat(html.split("class=\"l\"")).hasSizeGreaterThan(1200);
    }

    @Test
    void nothingABuildNamesBecomesMarkup() throws Exception {
        String evil = "\"><script>alert(1)</script>";
        SubmittedRun run = server.engine.submit(new Plan(
                "other",
                evil,
                evil,
                List.of(PlannedJob.of(
                        evil, JobSpec.of(evil, List.of(new StepSpec(evil, List.of("true"), Map.of(), null))))),
                List.of(),
                false,
                null,
                Map.of()));
        Lease lease = server.start(run.onlyJob());
        server.step(lease, 1, StepState.RUNNING, null);
        server.log(lease, 1, evil + "\u001b[31" + evil + "m\u001b]8;;javascript:alert(1)\u0007x\n");
        server.artifact(lease, "out/" + evil.replace('/', 'x'), new byte[1]);
        server.finish(lease, JobEvent.FAIL, evil);
        String path = "/runs/" + run.runId();
        assertThat(get(path, "").statusCode()).as("no dialect knows it").isEqualTo(404);
        assertThat(get(path, server.signIn("alice")).statusCode()).isEqualTo(404);
        String admin = server.signIn("admin");
        assertThat(get(path, admin).body())
                .doesNotContain("<script>", "javascript:")
                .contains("&lt;script&gt;");
        assertThat(get(path, admin).body()).contains("href=\"" + path + "/log/" + run.onlyJob() + "/1\"");
        assertThat(get(path + "/log/" + run.onlyJob() + "/1", admin).headers().firstValue("Content-Type"))
                .hasValue("text/plain; charset=utf-8");
        assertThat(listed(admin)).doesNotContain("<script>");
        assertThat(get("/login?return_to=" + "/%22%3E%3Cscript%3E", "").body()).doesNotContain("<script>");
    }

    @Test
    void whoMayWriteCancelsAndStarts() throws Exception {
        Job held = server.submit("alice", PUBLIC + ", \"execute\": false");
        String alice = server.signIn("alice");
        String token = csrf(get(page(held), alice).body());
        String start = "/runs/" + held.runId() + "/start";
        assertThat(get(page(held), alice).body()).contains(">Start</button>", ">Cancel</button>");
        assertThat(get(page(held), server.signIn("bob")).body()).doesNotContain(">Start</button>", ">Cancel</button>");
        assertThat(get(page(held), server.signIn("reader")).body()).doesNotContain(">Start</button>");
        assertThat(server.post(start, Map.of()).statusCode()).as("anonymous").isEqualTo(401);
        assertThat(server.post(start, Map.of(), "Cookie", alice).statusCode())
                .as("no CSRF token")
                .isEqualTo(403);
        String bob = server.signIn("bob");
        String bobs = csrf(get("/", bob).body());
        assertThat(server.post(start, Map.of("_csrf_token", bobs), "Cookie", bob)
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.post(start, Map.of("_csrf_token", bobs), "Cookie", alice)
                        .statusCode())
                .isEqualTo(403);
        assertThat(state(held)).isEqualTo(RunState.HELD);

        var form = Map.of("_csrf_token", token, "return_to", page(held));
        var started = server.post(start, form, "Cookie", alice);
        assertThat(started.statusCode()).isEqualTo(303);
        assertThat(started.headers().firstValue("Location")).hasValue(page(held));
        assertThat(state(held)).isEqualTo(RunState.QUEUED);
        assertThat(server.post(start, form, "Cookie", alice).statusCode())
                .as("again")
                .isEqualTo(409);
        var canceled = server.post("/runs/" + held.runId() + "/cancel", form, "Cookie", alice);
        assertThat(canceled.statusCode()).isEqualTo(303);
        assertThat(state(held)).isEqualTo(RunState.CANCELED);
        assertThat(get(page(held), alice).body()).doesNotContain(">Cancel</button>");
        Job secret = server.submit("alice", PRIVATE);
        assertThat(server.post("/runs/" + secret.runId() + "/cancel", Map.of("_csrf_token", bobs), "Cookie", bob)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aTokenOpensASessionThatSigningOutEnds() throws Exception {
        var form = get("/login?return_to=/runs/1", "");
        assertThat(form.body()).contains("type=\"password\"", "value=\"/runs/1\"");
        assertThat(server.post("/login", Map.of("token", "wrong")).statusCode()).isEqualTo(403);
        assertThat(server.post("/login", Map.of()).statusCode()).isEqualTo(400);
        var opened = server.post("/login", Map.of("token", server.token("alice"), "return_to", "/?before=5"));
        assertThat(opened.statusCode()).isEqualTo(303);
        assertThat(opened.headers().firstValue("Location")).hasValue("/?before=5");
        String set = opened.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(set).contains("HttpOnly", "SameSite=Lax", "Path=/");
        String cookie = set.replaceAll(";.*", "");
        String page = get("/", cookie).body();
        assertThat(page).contains("<bdi>~alice</bdi>\n<button", "Sign out");
        assertThat(server.post("/logout", Map.of(), "Cookie", cookie).statusCode())
                .isEqualTo(403);
        var out = server.post("/logout", Map.of("_csrf_token", csrf(page)), "Cookie", cookie);
        assertThat(out.statusCode()).isEqualTo(303);
        assertThat(out.headers().firstValue("Set-Cookie").orElseThrow()).contains("Max-Age=0");
        assertThat(get("/", cookie).body()).contains("Sign in").doesNotContain("Sign out");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "//evil.example/",
                "/\\evil.example",
                "evil",
                "/\t/evil",
                "/a\r\nX: y",
                "/é",
                ""
            })
    void signingInLeadsNowhereElse(String target) throws Exception {
        var opened = server.post("/login", Map.of("token", server.token("alice"), "return_to", target));
        assertThat(opened.headers().firstValue("Location")).hasValue("/");
    }

    @Test
    void theListHasPages() throws Exception {
        for (int i = 0; i < Runs.PAGE + 2; i++) {
            var _ = server.submit("bob", UNLISTED);
        }
        String bob = server.signIn("bob");
        String first = listed(bob);
        Matcher older = Pattern.compile("href=\"(/\\?before=[0-9]+)\"").matcher(first);
        assertThat(first.split("<tr id=")).hasSize(Runs.PAGE + 1);
        assertThat(older.find()).isTrue();
        String second = get(older.group(1), bob).body();
        assertThat(second.split("<tr id=")).hasSizeGreaterThanOrEqualTo(3);
        assertThat(second).contains("data-stream=\"\"");
        assertThat(get("/?before=x", "").statusCode()).isEqualTo(400);
    }

    @Test
    void scriptAndStyleAreKeptForEverAndTheOnlyOnes() throws Exception {
        var page = get("/", "");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'")
                .doesNotContain("unsafe");
        Matcher files = Pattern.compile("(?:href|src)=\"(/static/[^\"]+)\"").matcher(page.body());
        int count = 0;
        while (files.find()) {
            var file = get(files.group(1), "");
            assertThat(file.statusCode()).isEqualTo(200);
            assertThat(file.headers().firstValue("Cache-Control")).hasValue("public, max-age=31536000, immutable");
            count++;
        }
        assertThat(count).isGreaterThanOrEqualTo(3);
        assertThat(page.body()).doesNotContain(" style=", "onclick", "<script>");
    }

    @Test
    void aStreamGoesOnWhereTheReaderWas() throws Exception {
        Job job = server.submit("alice", PUBLIC);
        Lease lease = server.start(job.engineJob());
        server.step(lease, 1, StepState.RUNNING, null);
        server.log(lease, 1, "one\ntwo\nthr");
        String html = get(page(job), "").body();
        Matcher stream = Pattern.compile("data-stream=\"([^\"]+)\"").matcher(html);
        assertThat(stream.find()).isTrue();
        String path = stream.group(1).replace("&amp;", "&");
        assertThat(path).endsWith("&at=1.8.2.");
        server.log(lease, 1, "ee\nfour\n");
        server.finish(lease, JobEvent.PASS, "");
        String events = get(path, "").body();
        assertThat(events).contains("\"first\":2", "<span>three</span>", "<span>four</span>", "event: end");
        assertThat(events).doesNotContain("<span>two</span>");
        assertThat(server.get(path, "Last-Event-ID", "1.14.3.").body())
                .contains("\"first\":3", "<span>four</span>")
                .doesNotContain("three");
        assertThat(server.get(path, "Last-Event-ID", "junk").statusCode()).isEqualTo(400);
        assertThat(server.logs.size(new LogKey(job.engineJob(), 1))).isEqualTo(19);
    }

    private static String page(Job job) {
        return "/~alice/job/" + job.id();
    }

    private static String link(Job job) {
        return "href=\"" + page(job) + "\"";
    }

    private static HttpResponse<String> get(String path, String cookie) throws Exception {
        return cookie.isEmpty() ? server.get(path) : server.get(path, "Cookie", cookie);
    }

    private static String listed(String cookie) throws Exception {
        return get("/", cookie).body();
    }

    private static RunState state(Job job) {
        return server.runs.run(job.runId()).orElseThrow().state();
    }

    private static String csrf(String html) {
        Matcher matcher =
                Pattern.compile("name=\"_csrf_token\" value=\"([^\"]+)\"").matcher(html);
        assertThat(matcher.find()).as("a form").isTrue();
        return matcher.group(1);
    }

    private static String artifact(String html) {
        Matcher matcher = Pattern.compile("<a href=\"([^\"]+)\" download").matcher(html);
        assertThat(matcher.find()).as("an artifact").isTrue();
        return matcher.group(1).replace("&amp;", "&");
    }
}
