package dev.trivet.web;

import dev.trivet.accounts.AccountStore;
import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Grants;
import dev.trivet.accounts.PasswordSignIn;
import dev.trivet.accounts.Passwords;
import dev.trivet.accounts.Sessions;
import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import dev.trivet.blobs.DirectoryBlobStore;
import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.StepState;
import dev.trivet.engine.AttemptResult;
import dev.trivet.engine.Engine;
import dev.trivet.engine.EngineConfig;
import dev.trivet.engine.Lease;
import dev.trivet.engine.NewArtifact;
import dev.trivet.engine.RunnerInfo;
import dev.trivet.engine.RunnerSession;
import dev.trivet.engine.StepChange;
import dev.trivet.engine.SubmittedRun;
import dev.trivet.harmont.BuildStore;
import dev.trivet.harmont.PipelineStore;
import dev.trivet.http.AccountIdentities;
import dev.trivet.http.CredentialKind;
import dev.trivet.http.HttpServer;
import dev.trivet.http.HttpSettings;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import dev.trivet.http.Routes;
import dev.trivet.http.SessionCookie;
import dev.trivet.http.SignInWatch;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogSettings;
import dev.trivet.logs.LogStore;
import dev.trivet.srht.ArtifactRoutes;
import dev.trivet.srht.ArtifactStore;
import dev.trivet.srht.GroupStore;
import dev.trivet.srht.Job;
import dev.trivet.srht.JobStore;
import dev.trivet.srht.LogRoutes;
import dev.trivet.srht.SrhtJobs;
import dev.trivet.srht.SrhtPlanner;
import dev.trivet.srht.SrhtRoutes;
import dev.trivet.srht.SrhtSettings;
import dev.trivet.srht.SrhtViews;
import dev.trivet.store.Database;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.RunStore;
import dev.trivet.store.StepRow;
import dev.trivet.store.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/** The pages on real parts, with users alice, bob and admin, and a runner that is moved by hand. */
final class WebServer implements AutoCloseable {
    static final String MANIFEST = "image: debian/stable\ntasks:\n- build: make\n- test: make check\n";
    private static final JsonMapper JSON = new JsonMapper();

    final Engine engine;
    final LogStore logs;
    final RunStore runs;
    final JobStore jobs;
    private final BlobStore blobs;
    private final HttpServer server;
    private final Dashboard dashboard;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> tokens = new HashMap<>();
    private final RunnerSession runner;
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor();
    private final Deque<Lease> claimed = new ArrayDeque<>();

    WebServer(Database database, Path directory) throws IOException {
        var clock = Clock.systemUTC();
        var accounts = new Accounts(database, clock);
        var sessions = new Sessions(database, accounts, clock, Sessions.LIFETIME);
        for (String name : List.of("alice", "bob", "admin")) {
            var _ = accounts.createUser(name, name + "@example.org", name.equals("admin"));
            tokens.put(
                    name, accounts.createToken(name, "test", Grants.ALL, null).text());
        }
        tokens.put(
                "reader",
                accounts.createToken("alice", "narrow", Grants.parse("srht/jobs:read"), null)
                        .text());
        this.engine = new Engine(database, clock, EngineConfig.DEFAULT);
        this.logs = LogStore.open(directory.resolve("logs"), LogSettings.DEFAULT, clock);
        this.blobs = DirectoryBlobStore.open(directory.resolve("blobs"), clock);
        this.runs = new RunStore(database);
        this.jobs = new JobStore(database);
        var settings = SrhtSettings.of("http://127.0.0.1");
        var groups = new GroupStore(database);
        var artifacts = new ArtifactStore(database);
        var actions = new SrhtJobs(engine, new SrhtPlanner(settings), jobs, groups, clock);
        var builds = new BuildStore(database);
        this.dashboard = new Dashboard(
                engine,
                runs,
                logs,
                new Entrance(
                        sessions,
                        new PasswordSignIn(database, accounts, sessions, new Passwords(), clock),
                        new SessionCookie(false),
                        SignInWatch.NONE),
                jobs,
                builds,
                List.of(new SrhtDirectory(jobs), new HarmontDirectory(builds, artifact -> ""), new PublicRuns()),
                clock);
        List<RouteGroup> all = new ArrayList<>(new LogRoutes(jobs, logs).groups());
        all.add(new SrhtRoutes(actions, jobs, artifacts, groups, new SrhtViews(settings)).group());
        List<Route> root = new ArrayList<>(new ArtifactRoutes(artifacts, blobs).routes());
        root.addAll(dashboard.routes());
        all.add(new RouteGroup("/", dashboard.errors(), Set.of(CredentialKind.TOKEN, CredentialKind.SESSION), root));
        this.server = new HttpServer(
                HttpSettings.on("127.0.0.1", 0), new Routes(all), new AccountIdentities(accounts, sessions));
        engine.start();
        server.start();
        dashboard.start();
        this.runner = engine.register(new RunnerInfo(UUID.randomUUID(), "runner-1", Set.of(), Set.of(), 1000));
        // On a busy machine a test may take longer than a lease lasts.
        beats.scheduleAtFixedRate(() -> engine.beat(runner), 1, 1, TimeUnit.SECONDS);
    }

    static TestDatabase database() {
        return TestDatabase.with(
                MigrationSet.ENGINE, AccountStore.MIGRATIONS, JobStore.MIGRATIONS, PipelineStore.MIGRATIONS);
    }

    URI uri() {
        return server.uri();
    }

    String token(String user) {
        return tokens.get(user);
    }

    // ---- what browsers do

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send(HttpRequest.newBuilder(server.uri().resolve(path)).GET(), headers);
    }

    HttpResponse<String> post(String path, Map<String, String> form, String... headers) throws Exception {
        List<String> fields = new ArrayList<>();
        form.forEach((name, value) -> fields.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        var request = HttpRequest.newBuilder(server.uri().resolve(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(String.join("&", fields)));
        return send(request, headers);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String... headers) throws Exception {
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The cookie of a new session. */
    String signIn(String user) throws Exception {
        var answer = post("/login", Map.of("token", token(user)));
        return answer.headers().firstValue("Set-Cookie").orElseThrow().replaceAll(";.*", "");
    }

    /** A run that everybody may see. */
    SubmittedRun submit(List<PlannedJob> jobs, List<Edge> edges) {
        return engine.submit(Plan.of(PublicRuns.DIALECT, "acme", "acme/web #7", jobs, edges));
    }

    /** A job of a user, with further members of the JSON object. */
    Job submit(String user, String members) throws Exception {
        return submit(user, MANIFEST, members);
    }

    Job submit(String user, String manifest, String members) throws Exception {
        String json = "{\"manifest\": " + JSON.writeValueAsString(manifest) + members + "}";
        var request = HttpRequest.newBuilder(server.uri().resolve("/api/jobs"))
                .POST(HttpRequest.BodyPublishers.ofString(json));
        var answer = send(request, "Content-Type", "application/json", "Authorization", "Bearer " + token(user));
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return jobs.find(JSON.readTree(answer.body()).get("id").intValue()).orElseThrow();
    }

    // ---- what runners do

    /** Claims this job, starts it and its setup. */
    Lease start(long engineJob) throws Exception {
        long end = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < end) {
            claimed.addAll(engine.claim(runner, 100, Duration.ofMillis(200)));
            for (Lease lease : claimed) {
                if (lease.ref().jobId() == engineJob) {
                    claimed.remove(lease);
                    engine.started(lease.ref());
                    step(lease, 0, StepState.RUNNING, null);
                    return lease;
                }
            }
        }
        throw new AssertionError("job " + engineJob + " cannot be claimed");
    }

    void step(Lease lease, int number, StepState state, Integer exitCode) {
        engine.stepChanged(new StepChange(lease.ref(), number, state, exitCode));
    }

    void log(Lease lease, int step, String text) throws IOException {
        var key = new LogKey(lease.ref().jobId(), step);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        logs.append(key, logs.size(key), bytes, 0, bytes.length);
    }

    void artifact(Lease lease, String path, byte[] bytes) throws Exception {
        BlobRef blob = blobs.put(new ByteArrayInputStream(bytes), 1 << 20);
        String name = path.substring(path.lastIndexOf('/') + 1);
        engine.artifactAdded(new NewArtifact(lease.ref(), path, name, blob.size(), blob.sha256()));
    }

    void finish(Lease lease, JobEvent event, String message) throws IOException {
        Outcome outcome = event == JobEvent.PASS ? Outcome.PASSED : Outcome.of(Reason.EXIT_CODE, message);
        engine.finish(new AttemptResult(lease.ref(), event, outcome, null));
        for (StepRow step : runs.steps(lease.ref().jobId())) {
            logs.close(new LogKey(step.jobId(), step.number()));
        }
    }

    @Override
    public void close() throws IOException {
        beats.close();
        client.close();
        dashboard.close();
        server.close();
        engine.close();
        logs.close();
        blobs.close();
    }
}
