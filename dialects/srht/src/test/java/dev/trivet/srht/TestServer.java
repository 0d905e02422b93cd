package dev.trivet.srht;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Authentication;
import dev.trivet.accounts.Grants;
import dev.trivet.accounts.Principal;
import dev.trivet.accounts.Session;
import dev.trivet.blobs.BlobStore;
import dev.trivet.blobs.DirectoryBlobStore;
import dev.trivet.engine.Engine;
import dev.trivet.engine.EngineConfig;
import dev.trivet.http.HttpServer;
import dev.trivet.http.HttpSettings;
import dev.trivet.http.Identities;
import dev.trivet.http.RouteGroup;
import dev.trivet.http.Routes;
import dev.trivet.logs.LogSettings;
import dev.trivet.logs.LogStore;
import dev.trivet.srht.graphql.GraphQlApi;
import dev.trivet.srht.graphql.GraphQlRoutes;
import dev.trivet.store.Database;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dialect on real parts: PostgreSQL, engine, logs, blobs and HTTP. Only who has which token is fixed. */
final class TestServer implements AutoCloseable {
    static final String ORIGIN = "https://ci.example.org";
    static final String MANIFEST = "image: debian/stable\ntasks:\n- one: echo 1\n- two: echo 2\n";

    private static final JsonMapper JSON = new JsonMapper();
    private static final Map<String, Principal> TOKENS = Map.of(
            "alice-token", principal(1, "alice", false, Grants.ALL),
            "alice-read", principal(1, "alice", false, Grants.parse("srht/jobs:read")),
            "alice-write", principal(1, "alice", false, Grants.parse("srht/jobs:write")),
            "bob-token", principal(2, "bob", false, Grants.ALL),
            "alice-logs", principal(1, "alice", false, Grants.parse("srht/jobs:read srht/logs:read")),
            "carol-token", principal(3, "carol", false, Grants.ALL),
            "admin-token", principal(9, "admin", true, Grants.ALL));

    final Database database;
    final Engine engine;
    final LogStore logs;
    final BlobStore blobs;
    final JobStore jobs;
    final SrhtJobs actions;
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    TestServer(Database database, Path directory) throws IOException {
        this.database = database;
        var settings = SrhtSettings.of(ORIGIN);
        this.engine = new Engine(database, Clock.systemUTC(), EngineConfig.DEFAULT);
        this.logs = LogStore.open(directory.resolve("logs"), LogSettings.DEFAULT, Clock.systemUTC());
        this.blobs = DirectoryBlobStore.open(directory.resolve("blobs"), Clock.systemUTC());
        this.jobs = new JobStore(database);
        var groups = new GroupStore(database);
        var artifacts = new ArtifactStore(database);
        this.actions = new SrhtJobs(engine, new SrhtPlanner(settings), jobs, groups, Clock.systemUTC());
        var api = new SrhtRoutes(actions, jobs, artifacts, groups, new SrhtViews(settings));
        List<RouteGroup> routes = new ArrayList<>(new LogRoutes(jobs, logs).groups());
        routes.add(api.group());
        var graphql = new GraphQlApi(
                new GraphQlApi.Ground(
                        actions,
                        jobs,
                        groups,
                        artifacts,
                        logs,
                        new Accounts(database, Clock.systemUTC()),
                        Clock.systemUTC()),
                settings);
        routes.add(new GraphQlRoutes(graphql).group());
        routes.add(new RouteGroup("/", SrhtErrors.TEXT, Set.of(), new ArtifactRoutes(artifacts, blobs).routes()));
        this.server = new HttpServer(HttpSettings.on("127.0.0.1", 0), new Routes(routes), new FixedIdentities());
        engine.start();
        server.start();
    }

    private static Principal principal(long id, String name, boolean administrator, Grants grants) {
        return new Principal(id, name, name + "@example.org", administrator, id, grants);
    }

    /** An answer. */
    record Answer(int status, HttpResponse<byte[]> response) {
        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return JSON.readTree(text());
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    Answer get(String token, String path, String... headers) throws Exception {
        return send(token, HttpRequest.newBuilder(uri(path)).GET(), headers);
    }

    /** Posts JSON as it is given. */
    Answer post(String token, String path, String json, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(json));
        return send(token, request, headers.length == 0 ? new String[] {"Content-Type", "application/json"} : headers);
    }

    Answer send(String token, HttpRequest.Builder request, String... headers) throws Exception {
        if (!token.isEmpty()) {
            request.header("Authorization", "token " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), response);
    }

    /** What GraphQL answers; the variables are a JSON object. */
    Answer graphql(String token, String query, String variables) throws Exception {
        return post(
                token,
                "/query",
                "{\"query\": " + quoted(query) + ", \"variables\": " + (variables.isEmpty() ? "null" : variables)
                        + "}");
    }

    URI uri(String path) {
        return server.uri().resolve(path);
    }

    /** The number of a job submitted by a user, with further members of the JSON object. */
    int submit(String token, String manifest, String members) throws Exception {
        Answer answer = post(
                token,
                "/api/jobs",
                "{\"manifest\": " + JSON.writeValueAsString(manifest) + (members.isEmpty() ? "" : ", " + members)
                        + "}");
        if (answer.status() != 200) {
            throw new AssertionError(answer.status() + " " + answer.text());
        }
        return answer.json().get("id").intValue();
    }

    int submit(String token, String members) throws Exception {
        return submit(token, MANIFEST, members);
    }

    Job job(int id) {
        return jobs.find(id).orElseThrow();
    }

    static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
        engine.close();
        logs.close();
        blobs.close();
    }

    private static final class FixedIdentities implements Identities {
        @Override
        public Authentication byToken(String tokenText) {
            Principal principal = TOKENS.get(tokenText);
            return principal == null ? new Authentication.Unknown() : new Authentication.Authenticated(principal);
        }

        @Override
        public Optional<Session> bySession(String sessionId) {
            return Optional.empty();
        }
    }
}
