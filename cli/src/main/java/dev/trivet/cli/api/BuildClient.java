package dev.trivet.cli.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The REST API of Harmont (spec harmont section 2), as far as builds need it, over the connection of an {@link ApiClient}. Thread-safe. */
public final class BuildClient {
    private static final String ORGANIZATIONS = "/api/v0/organizations/";

    private final ApiClient client;
    private final JsonMapper json = JsonMapper.shared();

    public BuildClient(ApiClient client) {
        this.client = Objects.requireNonNull(client, "client is null");
    }

    /** Where a build is: slugs of organization and pipeline, and its number. */
    public record BuildAddress(String organization, String pipeline, int number) {
        String path() {
            return ORGANIZATIONS + organization + "/pipelines/" + pipeline + "/builds/" + number;
        }

        /** Path of its page. */
        public String page() {
            return "/" + organization + "/pipelines/" + pipeline + "/builds/" + number;
        }

        @Override
        public String toString() {
            return organization + "/" + pipeline + "/" + number;
        }
    }

    /** The slug of the caller's own organization. */
    public String personalOrganization() throws IOException, ApiException, InterruptedException {
        return text(client.call("GET", "/api/v0/user", Optional.empty()), "personal_org_slug");
    }

    /**
     * The slug of the pipeline of that name, which is made if there is none.
     *
     * @param slug what its name will be as slug
     */
    public String pipeline(String organization, String slug, String repository, String branch)
            throws IOException, ApiException, InterruptedException {
        String pipelines = ORGANIZATIONS + organization + "/pipelines";
        try {
            return text(client.call("GET", pipelines + "/" + slug, Optional.empty()), "slug");
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
        JsonNode made = client.call(
                "POST", ORGANIZATIONS + organization + "/pipelines/" + pipeline + "/builds", Optional.of(build));
        return new BuildAddress(organization, pipeline, made.path("number").asInt());
    }

    /** The build as JSON. */
    public JsonNode build(BuildAddress address) throws IOException, ApiException, InterruptedException {
        return client.call("GET", address.path(), Optional.empty());
    }

    /** Its jobs as JSON, prerequisites first. */
    public List<JsonNode> jobs(BuildAddress address) throws IOException, ApiException, InterruptedException {
        List<JsonNode> jobs = new ArrayList<>();
        client.call("GET", address.path() + "/jobs", Optional.empty())
                .path("data")
                .forEach(jobs::add);
        return jobs;
    }

    /** Asks for its end; changes nothing when it is over. */
    public void cancel(BuildAddress address) throws IOException, ApiException, InterruptedException {
        client.call("PUT", address.path() + "/cancel", Optional.empty());
    }

    /** Opens the log stream of a job behind the line {@code after}; the caller closes it. */
    public InputStream log(BuildAddress address, String job, long after)
            throws IOException, ApiException, InterruptedException {
        String token = text(client.call("GET", address.path() + "/log-token", Optional.empty()), "token");
        URI stream = client.resolve("/v0/jobs/" + job + "/logs?token="
                + URLEncoder.encode(token, StandardCharsets.UTF_8) + "&last_event_id=" + after);
        HttpResponse<InputStream> response = client.open(stream, Optional.empty());
        if (response.statusCode() != 200) {
            try (InputStream body = response.body()) {
                throw client.refusal(response.statusCode(), body.readNBytes(1 << 16));
            }
        }
        return response.body();
    }

    private static String text(JsonNode json, String member) throws ApiException {
        String text = json.path(member).asString("");
        if (text.isEmpty()) {
            throw new ApiException("the answer has no " + member + ". Is this the address of a Trivet server?");
        }
        return text;
    }
}
