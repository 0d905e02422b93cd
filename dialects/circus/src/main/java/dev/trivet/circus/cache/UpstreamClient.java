package dev.trivet.circus.cache;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Asks other caches. Redirections are followed, a few, and only to where requests may go. Thread-safe. */
final class UpstreamClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int MOST_REDIRECTIONS = 4;
    private static final int LARGEST_NARINFO = 1 << 20;
    private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final OutgoingGuard guard;

    UpstreamClient(OutgoingGuard guard) {
        this.guard = Objects.requireNonNull(guard, "guard is null");
    }

    /** A small text; empty if it is not there. */
    Optional<byte[]> text(URI uri) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = send(uri, "GET", Optional.empty());
        try (InputStream body = answer.body()) {
            // A bucket that lists nothing says 403 of what is not there.
            if (answer.statusCode() == 404 || answer.statusCode() == 403) {
                return Optional.empty();
            }
            if (answer.statusCode() != 200) {
                throw new IOException(uri + " answers " + answer.statusCode());
            }
            byte[] bytes = body.readNBytes(LARGEST_NARINFO + 1);
            if (bytes.length > LARGEST_NARINFO) {
                throw new IOException(uri + " answers more than " + LARGEST_NARINFO + " bytes");
            }
            return Optional.of(bytes);
        }
    }

    /** How long something is; empty if it is not there. */
    Optional<Long> length(URI uri) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = send(uri, "HEAD", Optional.empty());
        answer.body().close();
        if (answer.statusCode() == 404 || answer.statusCode() == 403) {
            return Optional.empty();
        }
        return Optional.of(answer.headers()
                .firstValueAsLong("Content-Length")
                .orElseThrow(() -> new IOException(uri + " does not say how long it is")));
    }

    /** The bytes from there on. To be closed. */
    InputStream from(URI uri, long offset) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                send(uri, "GET", offset == 0 ? Optional.empty() : Optional.of("bytes=" + offset + "-"));
        boolean handedOver = false;
        try {
            if (answer.statusCode() != 200 && answer.statusCode() != 206) {
                throw new IOException(uri + " answers " + answer.statusCode());
            }
            if (answer.statusCode() == 200 && offset > 0) {
                answer.body().skipNBytes(offset);
            }
            handedOver = true;
            return answer.body();
        } finally {
            if (!handedOver) {
                answer.body().close();
            }
        }
    }

    private HttpResponse<InputStream> send(URI first, String method, Optional<String> range)
            throws IOException, InterruptedException {
        URI uri = first;
        for (int redirections = 0; redirections <= MOST_REDIRECTIONS; redirections++) {
            guard.check(uri);
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(uri).timeout(ANSWER).method(method, BodyPublishers.noBody());
            range.ifPresent(bytes -> request.header("Range", bytes));
            HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
            Optional<String> location = answer.headers().firstValue("Location");
            if (!REDIRECTIONS.contains(answer.statusCode()) || location.isEmpty()) {
                return answer;
            }
            answer.body().close();
            uri = resolved(uri, location.get());
        }
        throw new IOException(first + " redirects more than " + MOST_REDIRECTIONS + " times");
    }

    private static URI resolved(URI from, String location) throws IOException {
        try {
            URI to = from.resolve(location);
            if ("https".equals(to.getScheme()) || ("http".equals(to.getScheme()) && "http".equals(from.getScheme()))) {
                return to;
            }
        } catch (IllegalArgumentException noAddress) {
            // Said below.
        }
        throw new ConnectException(from + " redirects to somewhere else than http(s)");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
