package dev.trivet.cli.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The REST API of builds.sr.ht (spec section 3), one method per endpoint. Thread-safe. No call is repeated by itself; each ends
 * within its time-out of 30 s, downloads aside. An {@link IOException} means that the server could not be reached or broke off.
 */
public final class ApiClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int MOST_ERROR_TEXT = 300;
    private static final int MOST_REDIRECTS = 5;

    private final URI server;
    private final Optional<String> token;
    private final HttpClient http;
    private final JsonMapper json = JsonMapper.shared();

    /**
     * A client of one server.
     *
     * @param server its address, {@code http://host:port}, perhaps with a path
     * @param token the credential, if there is one; goes to this server only
     */
    public ApiClient(URI server, Optional<String> token) {
        this.server = Objects.requireNonNull(server, "server is null");
        this.token = Objects.requireNonNull(token, "token is null");
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .build();
    }

    /** Where this client sends its requests. */
    public URI server() {
        return server;
    }

    /** Submits a job. */
    public Job submit(Submission submission) throws IOException, ApiException, InterruptedException {
        ObjectNode body = json.createObjectNode().put("manifest", submission.manifest());
        submission.note().ifPresent(note -> body.put("note", note));
        var tags = body.putArray("tags");
        submission.tags().forEach(tags::add);
        body.put("execute", submission.execute());
        if (submission.hidden()) {
            body.putArray("access:read");
        }
        return Job.read(call("POST", "/api/jobs", Optional.of(body)));
    }

    /** A page of the caller's jobs, newest first; {@code start} is a page's {@code next}. */
    public Page<Job> jobs(Optional<String> start) throws IOException, ApiException, InterruptedException {
        return page(
                call("GET", "/api/jobs" + start.map(ApiClient::startQuery).orElse(""), Optional.empty()), Job::read);
    }

    /** One job. */
    public Job job(long id) throws IOException, ApiException, InterruptedException {
        return Job.read(call("GET", "/api/jobs/" + id, Optional.empty()));
    }

    /** All artifacts of a job, oldest first. */
    public List<Artifact> artifacts(long id) throws IOException, ApiException, InterruptedException {
        var all = new ArrayList<Artifact>();
        Optional<String> start = Optional.empty();
        do {
            JsonNode answer = call(
                    "GET",
                    "/api/jobs/" + id + "/artifacts"
                            + start.map(ApiClient::startQuery).orElse(""),
                    Optional.empty());
            Page<Artifact> page = page(answer, Artifact::read);
            all.addAll(page.results());
            start = page.next();
        } while (start.isPresent());
        return all.reversed();
    }

    /** The manifest as it was submitted. */
    public String manifest(long id) throws IOException, ApiException, InterruptedException {
        HttpRequest request =
                request(resolve("/api/jobs/" + id + "/manifest")).GET().build();
        HttpResponse<byte[]> response = send(request, BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw refusal(response.statusCode(), response.body());
        }
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** Starts a pending job. */
    public void start(long id) throws IOException, ApiException, InterruptedException {
        call("POST", "/api/jobs/" + id + "/start", Optional.of(json.createObjectNode()));
    }

    /** Asks for the end of a job; changes nothing when it is over. */
    public void cancel(long id) throws IOException, ApiException, InterruptedException {
        call("POST", "/api/jobs/" + id + "/cancel", Optional.of(json.createObjectNode()));
    }

    /**
     * Opens a log or an artifact. Follows redirections by hand: the token goes to this server's own address only. The caller closes
     * the body.
     *
     * @param range value of a Range header
     */
    HttpResponse<InputStream> open(URI address, Optional<String> range) throws IOException, InterruptedException {
        URI at = address;
        for (int redirects = 0; ; redirects++) {
            HttpRequest.Builder request = request(at).header("Accept-Encoding", "identity");
            range.ifPresent(value -> request.header("Range", value));
            HttpResponse<InputStream> response = send(request.GET().build(), BodyHandlers.ofInputStream());
            Optional<String> location = response.headers().firstValue("Location");
            if (response.statusCode() / 100 != 3 || location.isEmpty() || redirects == MOST_REDIRECTS) {
                return response;
            }
            response.body().close();
            at = at.resolve(location.get());
        }
    }

    /** Makes an exception of an answer that was not wanted. */
    ApiException refusal(int status, byte[] body) {
        var problems = new ArrayList<ApiException.Problem>();
        String code = "";
        try {
            JsonNode answer = json.readTree(body);
            code = answer.path("error").path("code").asString("");
            // One dialect tells a list of errors, the other a single one.
            Job.text(answer.path("error").path("message"))
                    .ifPresent(message -> problems.add(new ApiException.Problem(null, message)));
            for (JsonNode error : answer.path("errors")) {
                problems.add(new ApiException.Problem(
                        Job.text(error.path("field")).orElse(null),
                        error.path("reason").asString("")));
            }
        } catch (JacksonException e) {
            String text = new String(body, StandardCharsets.UTF_8).strip();
            if (!text.isEmpty() && !text.startsWith("<")) {
                problems.add(
                        new ApiException.Problem(null, text.substring(0, Math.min(text.length(), MOST_ERROR_TEXT))));
            }
        }
        return new ApiException(status, code, problems);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    JsonNode call(String method, String path, Optional<ObjectNode> body)
            throws IOException, ApiException, InterruptedException {
        HttpRequest.Builder request = request(resolve(path)).header("Accept", "application/json");
        if (body.isPresent()) {
            request.header("Content-Type", "application/json")
                    .method(method, BodyPublishers.ofByteArray(json.writeValueAsBytes(body.get())));
        } else {
            request.method(method, BodyPublishers.noBody());
        }
        HttpResponse<byte[]> response = send(request.build(), BodyHandlers.ofByteArray());
        if (response.statusCode() / 100 != 2) {
            throw refusal(response.statusCode(), response.body());
        }
        try {
            return json.readTree(response.body());
        } catch (JacksonException e) {
            throw new ApiException(
                    server
                            + " did not answer with JSON. Is this the address of a Trivet server (--server, TRIVET_SERVER)?",
                    e);
        }
    }

    private HttpRequest.Builder request(URI address) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(ANSWER);
        if (token.isPresent() && sameOrigin(address)) {
            request.header("Authorization", "Bearer " + token.get());
        }
        return request;
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        try {
            return http.send(request, handler);
        } catch (HttpTimeoutException e) {
            throw new IOException(request.uri() + " did not answer in time", e);
        } catch (ConnectException e) {
            throw new ConnectException("cannot reach " + origin(request.uri())
                    + ". Is the server running (./trivet serve), and is its address right (--server, TRIVET_SERVER)?");
        }
    }

    URI resolve(String path) {
        String base = server.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }

    private boolean sameOrigin(URI address) {
        return origin(address).equals(origin(server));
    }

    private static String origin(URI address) {
        return address.getScheme() + "://" + address.getRawAuthority();
    }

    private static String startQuery(String start) {
        return "?start=" + URLEncoder.encode(start, StandardCharsets.UTF_8);
    }

    private interface Reader<T> {
        T read(JsonNode node) throws ApiException;
    }

    private static <T> Page<T> page(JsonNode answer, Reader<T> reader) throws ApiException {
        if (!answer.path("results").isArray()) {
            throw new ApiException("the answer is not a list. Is this the address of a Trivet server?");
        }
        var results = new ArrayList<T>();
        for (JsonNode item : answer.path("results")) {
            results.add(reader.read(item));
        }
        return new Page<>(
                results, Job.text(answer.path("next")), answer.path("total").asLong(results.size()));
    }
}
