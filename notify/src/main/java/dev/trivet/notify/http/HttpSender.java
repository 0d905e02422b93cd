package dev.trivet.notify.http;

import dev.trivet.notify.InternalAddresses;
import dev.trivet.notify.Outcome;
import dev.trivet.notify.Receipt;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages by HTTP. A receiver that the operator has not named must be reached by https and must not lead inside: its name is resolved
 * and looked at right before, and where it were another one by the time of the connection, that one could not show a certificate for the name, so it is told
 * nothing. Redirections are followed within the same origin only. Thread-safe.
 */
public final class HttpSender implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(15);
    private static final int MOST_REDIRECTS = 3;
    private static final int KEPT = 2048;
    private static final int MOST_HEADERS = 4096;
    private static final Set<Integer> LATER = Set.of(408, 425, 429);

    private final HttpClient http = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
    private final InstantSource clock;
    private final Duration patience;

    public HttpSender(InstantSource clock) {
        this(clock, ANSWER);
    }

    HttpSender(InstantSource clock, Duration patience) {
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.patience = Objects.requireNonNull(patience, "patience is null");
    }

    /** Sends once; 15 seconds at most. */
    public Outcome post(HttpMessage message) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        URI at = message.target();
        for (int redirects = 0; ; redirects++) {
            String forbidden = forbidden(at, message.trusted());
            if (forbidden != null) {
                return new Outcome.Refused(forbidden, null);
            }
            HttpResponse<byte[]> response;
            try {
                response = send(request(at, message), deadline);
            } catch (UnknownHostException unknown) {
                return Outcome.Again.silent(at.getHost() + " is not known");
            } catch (IOException failed) {
                return Outcome.Again.silent(message.shown(at.getHost() + " does not answer: " + reason(failed)));
            }
            Optional<URI> next = redirection(at, response);
            if (next.isEmpty() || redirects == MOST_REDIRECTS) {
                return judged(at, message, response);
            }
            at = next.get();
        }
    }

    private static String reason(IOException failed) {
        String message = failed.getMessage();
        return message == null ? failed.getClass().getSimpleName() : message;
    }

    /** Why nothing may be sent there, or null. */
    private static @Nullable String forbidden(URI at, boolean trusted) {
        String scheme = at.getScheme();
        if (at.getHost() == null || !("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
            return "the receiver is no address that begins with https://";
        }
        if (trusted) {
            return null;
        }
        if (!"https".equalsIgnoreCase(scheme)) {
            return "the receiver " + at.getHost()
                    + " would be told without encryption, which the server's configuration does not allow"
                    + " (server.allow_internal_requests)";
        }
        try {
            return InternalAddresses.leadsInside(at.getHost())
                    ? "the receiver " + at.getHost()
                            + " leads to an internal address, which the server's configuration does not allow"
                            + " (server.allow_internal_requests)"
                    : null;
        } catch (UnknownHostException unknown) {
            // Said when it is connected to.
            return null;
        }
    }

    private HttpRequest request(URI at, HttpMessage message) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at)
                .timeout(patience)
                .setHeader("Content-Type", "application/json")
                .setHeader("Accept", "application/json")
                .setHeader("User-Agent", "trivet")
                .POST(BodyPublishers.ofString(message.body()));
        message.headers().forEach(request::setHeader);
        return request.build();
    }

    /** The client's own time-out ends with the headers; the body has to come in time, too. */
    private HttpResponse<byte[]> send(HttpRequest request, long deadline) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> pending = http.sendAsync(request, _ -> new FirstBytes(KEPT));
        try {
            return pending.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new IOException("no complete answer within " + patience.toSeconds() + " s", late);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            Throwable root = cause;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            String text = root.getMessage() == null ? "" : ": " + root.getMessage();
            throw new IOException(cause.getClass().getSimpleName() + text, cause);
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
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private Outcome judged(URI at, HttpMessage message, HttpResponse<byte[]> response) {
        int status = response.statusCode();
        String body = message.shown(new String(response.body(), StandardCharsets.UTF_8));
        var receipt = new Receipt(status, message.shown(headers(response)), body);
        if (status >= 200 && status < 300) {
            return new Outcome.Delivered(receipt, Duration.ZERO);
        }
        String error = at.getHost() + " answered " + status + (body.isBlank() ? "" : ": " + body.strip());
        if (status >= 300 && status < 400) {
            return new Outcome.Refused(
                    at.getHost() + " answered " + status
                            + ", which leads elsewhere; that is not followed: name the address that answers itself",
                    receipt);
        }
        Duration rest = RetryAfter.of(response.headers(), clock.instant());
        boolean limited = status == 403 && rest.isPositive();
        return status >= 500 || LATER.contains(status) || limited
                ? new Outcome.Again(error, rest, false, receipt)
                : new Outcome.Refused(error, receipt);
    }

    private static String headers(HttpResponse<?> response) {
        var text = new StringBuilder();
        response.headers()
                .map()
                .forEach((name, values) -> values.forEach(value -> {
                    if (text.length() + name.length() + value.length() + 3 <= MOST_HEADERS
                            && !name.equalsIgnoreCase("set-cookie")) {
                        text.append(name).append(": ").append(value).append('\n');
                    }
                }));
        return text.toString();
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
