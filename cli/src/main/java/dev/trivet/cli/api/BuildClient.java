package dev.trivet.cli.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The REST API of Harmont (spec harmont section 2), as far as builds need it, over the connection of an {@link ApiClient}. Thread-safe. */
public final class BuildClient {
    /** A token is good for an hour; one that is half as old is replaced. */
    private static final Duration TOKEN_USE = Duration.ofMinutes(30);

    private static final int MOST_ERROR_TEXT = 1 << 16;

    private final ApiClient client;
    private final JsonMapper json = JsonMapper.shared();
    private final Map<BuildAddress, LogToken> tokens = new ConcurrentHashMap<>();

    public BuildClient(ApiClient client) {
        this.client = Objects.requireNonNull(client, "client is null");
    }

    private record LogToken(String text, long nanos) {}

    /** Where the server is. */
    public URI server() {
        return client.server();
    }

    /** The slug of the caller's own organization. */
    public String personalOrganization() throws IOException, ApiException, InterruptedException {
        return text(client.call("GET", "/api/v0/user", Optional.empty()), "personal_org_slug");
    }

    /** A page of an organization's pipelines, oldest first; {@code start} is a page's {@code next}. */
    public Page<JsonNode> pipelines(String organization, Optional<String> start)
            throws IOException, ApiException, InterruptedException {
        return page(BuildAddress.pipelines(organization), start);
    }

    /** A page of a pipeline's builds, newest first; {@code start} is a page's {@code next}. */
    public Page<Build> builds(String organization, String pipeline, Optional<String> start)
            throws IOException, ApiException, InterruptedException {
        Page<JsonNode> page = page(BuildAddress.builds(organization, pipeline), start);
        return new Page<>(page.results().stream().map(Build::new).toList(), page.next(), page.total());
    }

    /**
     * The slug of the pipeline of that name, which is made if there is none.
     *
     * @param slug what its name will be as slug
     */
    public String pipeline(String organization, String slug, String repository, String branch)
            throws IOException, ApiException, InterruptedException {
        String pipelines = BuildAddress.pipelines(organization);
        try {
            return text(client.call("GET", pipelines + "/" + BuildAddress.segment(slug), Optional.empty()), "slug");
        } catch (ApiException e) {
            if (e.status() != 404) {
                throw e;
            }
        }
        ObjectNode body = json.createObjectNode()
                .put("name", slug)
                .put("repository", repository)
                .put("default_branch", branch);
        return text(client.call("POST", pipelines, Optional.of(body)), "slug");
    }

    /** Creates a build. */
    public BuildAddress submit(String organization, String pipeline, ObjectNode build)
            throws IOException, ApiException, InterruptedException {
        JsonNode made = client.call("POST", BuildAddress.builds(organization, pipeline), Optional.of(build));
        return new BuildAddress(organization, pipeline, made.path("number").asInt());
    }

    /** The build. */
    public Build build(BuildAddress address) throws IOException, ApiException, InterruptedException {
        return new Build(client.call("GET", address.path(), Optional.empty()));
    }

    /** Its jobs, prerequisites first. */
    public List<BuildJob> jobs(BuildAddress address) throws IOException, ApiException, InterruptedException {
        List<BuildJob> jobs = new ArrayList<>();
        client.call("GET", address.path() + "/jobs", Optional.empty())
                .path("data")
                .forEach(job -> jobs.add(new BuildJob(job)));
        return jobs;
    }

    /** One of its jobs, by the server's id. */
    public BuildJob job(BuildAddress address, String id) throws IOException, ApiException, InterruptedException {
        return new BuildJob(client.call("GET", job(address, id, ""), Optional.empty()));
    }

    /** The files that a job left. */
    public List<BuildArtifact> artifacts(BuildAddress address, String job)
            throws IOException, ApiException, InterruptedException {
        List<BuildArtifact> artifacts = new ArrayList<>();
        client.call("GET", job(address, job, "/artifacts"), Optional.empty())
                .path("data")
                .forEach(artifact -> artifacts.add(BuildArtifact.read(artifact)));
        return artifacts;
    }

    /** Where the bytes of an artifact are, for this client. */
    public URI download(BuildAddress address, String job, BuildArtifact artifact) {
        return client.resolve(job(address, job, "/artifacts/" + BuildAddress.segment(artifact.id()) + "/download"));
    }

    /** Asks for its end; changes nothing when it is over. */
    public void cancel(BuildAddress address) throws IOException, ApiException, InterruptedException {
        client.call("PUT", address.path() + "/cancel", Optional.empty());
    }

    /** Opens the log stream of a job behind the line {@code after}; the caller closes it. */
    public InputStream log(BuildAddress address, String job, long after)
            throws IOException, ApiException, InterruptedException {
        URI stream = client.resolve("/v0/jobs/" + BuildAddress.segment(job) + "/logs?token="
                + URLEncoder.encode(token(address), StandardCharsets.UTF_8) + "&last_event_id=" + after);
        HttpResponse<InputStream> response = client.open(stream, Optional.empty());
        if (response.statusCode() != 200) {
            tokens.remove(address);
            try (InputStream body = response.body()) {
                throw client.refusal(response.statusCode(), body.readNBytes(MOST_ERROR_TEXT));
            }
        }
        return response.body();
    }

    private String token(BuildAddress address) throws IOException, ApiException, InterruptedException {
        LogToken known = tokens.get(address);
        long now = System.nanoTime();
        if (known != null && now - known.nanos < TOKEN_USE.toNanos()) {
            return known.text;
        }
        String text = text(client.call("GET", address.path() + "/log-token", Optional.empty()), "token");
        tokens.put(address, new LogToken(text, now));
        return text;
    }

    private Page<JsonNode> page(String path, Optional<String> start)
            throws IOException, ApiException, InterruptedException {
        String query = start.map(cursor -> "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8))
                .orElse("");
        JsonNode answer = client.call("GET", path + "?limit=100" + query, Optional.empty());
        List<JsonNode> rows = new ArrayList<>();
        answer.path("data").forEach(rows::add);
        return new Page<>(rows, Job.text(answer.path("next_cursor")), rows.size());
    }

    private static String job(BuildAddress address, String id, String rest) {
        return address.path() + "/jobs/" + BuildAddress.segment(id) + rest;
    }

    private static String text(JsonNode json, String member) throws ApiException {
        String text = json.path(member).asString("");
        if (text.isEmpty()) {
            throw new ApiException("the answer has no " + member + ". Is this the address of a Trivet server?");
        }
        return text;
    }
}
