package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Requests to the API of one forge. An answer that takes longer than 15 s, or is larger than 1 MiB, is none. Redirections are followed within
 * the same origin only, because requests carry credentials. Thread-safe.
 */
public final class ForgeHttp {
    static final Duration CONNECT = Duration.ofSeconds(5);
    static final Duration ANSWER = Duration.ofSeconds(15);
    private static final long LARGEST_ANSWER = 1 << 20;
    private static final int MOST_REDIRECTS = 3;

    private final URI base;
    private final HttpClient http;
    private final InstantSource clock;
    private final Duration patience;

    ForgeHttp(URI base, HttpClient http, InstantSource clock) {
        this(base, http, clock, ANSWER);
    }

    ForgeHttp(URI base, HttpClient http, InstantSource clock, Duration patience) {
        this.base = requireNonNull(base, "base is null");
        this.http = requireNonNull(http, "http is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.patience = requireNonNull(patience, "patience is null");
    }

    /** A client for all forges; the caller closes it. */
    public static HttpClient client() {
        return HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .build();
    }

    /** A request without a body. */
    ForgeAnswer get(String path, Map<String, String> headers) throws IOException, InterruptedException {
        return send("GET", path, headers, BodyPublishers.noBody());
    }

    /** A request with JSON, which may be a map. */
    ForgeAnswer send(String method, String path, Map<String, String> headers, Object json)
            throws IOException, InterruptedException {
        return send(method, path, headers, BodyPublishers.ofString(Json.write(json)));
    }

    /** A request with the fields of an HTML form. */
    ForgeAnswer form(String path, Map<String, String> headers, Map<String, String> fields)
            throws IOException, InterruptedException {
        String body = fields.entrySet().stream()
                .map(field -> URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        Map<String, String> more = new HashMap<>(headers);
        more.put("Content-Type", "application/x-www-form-urlencoded");
        return send("POST", path, more, BodyPublishers.ofString(body));
    }

    private ForgeAnswer send(String method, String path, Map<String, String> headers, HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        URI at = URI.create(base + path);
        for (int redirects = 0; ; redirects++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(at)
                    .timeout(patience)
                    .header("Accept", "application/json")
                    .header("Content-Type", "application/json")
                    .header("User-Agent", "trivet")
                    .method(method, body);
            headers.forEach(request::setHeader);
            HttpResponse<String> response = send(request.build(), deadline);
            Optional<URI> next = redirection(at, response);
            if (next.isEmpty() || redirects == MOST_REDIRECTS) {
                return new ForgeAnswer(response.statusCode(), response.headers(), response.body(), clock.instant());
            }
            at = next.get();
        }
    }

    /** The client's own time-out ends with the headers; the body has to come in time, too. */
    private HttpResponse<String> send(HttpRequest request, long deadline) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<String>> pending = http.sendAsync(
                request, BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), LARGEST_ANSWER));
        try {
            return pending.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no complete answer within " + patience.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(cause.getClass().getSimpleName() + ": " + cause.getMessage(), cause);
        } finally {
            pending.cancel(true);
        }
    }

    private static Optional<URI> redirection(URI from, HttpResponse<?> response) {
        if (!List.of(301, 302, 307, 308).contains(response.statusCode())) {
            return Optional.empty();
        }
        try {
            return response.headers()
                    .firstValue("Location")
                    .map(from::resolve)
                    .filter(to -> from.getScheme().equalsIgnoreCase(to.getScheme())
                            && from.getRawAuthority().equalsIgnoreCase(to.getRawAuthority()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
