package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JacksonException;

/** Requests to the server: what may be repeated when they fail, and what may not. Thread-safe. */
final class HttpCalls implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration USUAL = Duration.ofSeconds(10);
    private static final int LONGEST_MESSAGE = 2000;
    /** Far below the time after which the system itself gives up, so that only a refusal is one. */
    private static final int PROBE_MILLIS = 1000;

    private final URI root;
    private final String token;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    HttpCalls(URI server, String token) {
        String text = server.toString();
        this.root = URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + Wire.ROOT);
        this.token = requireNonNull(token, "token is null");
    }

    <T> T post(String path, Object body, Class<T> answer) {
        return post(path, body, answer, USUAL);
    }

    <T> T post(String path, Object body, Class<T> answer, Duration longest) {
        HttpRequest request = request(path, longest)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.MAPPER.writeValueAsBytes(body)))
                .build();
        return accepted(request, answer);
    }

    <T> T get(String path, Class<T> answer) {
        return accepted(request(path, USUAL).GET().build(), answer);
    }

    /** @throws IOException when the server has refused what was sent, for good */
    <T> T send(String method, String path, BodyPublisher body, Duration longest, Class<T> answer) throws IOException {
        HttpRequest request = request(path, longest)
                .header("Content-Type", "application/octet-stream")
                .method(method, body)
                .build();
        HttpResponse<byte[]> response = reached(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException("the server refused it: " + message(response.statusCode(), response.body()));
        }
        return read(response.body(), answer);
    }

    /** @throws IOException when the server does not give it */
    InputStream download(String path) throws IOException {
        HttpResponse<InputStream> response =
                reached(request(path, USUAL).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() == 200) {
            return response.body();
        }
        try (InputStream body = response.body()) {
            throw new IOException(
                    "the server does not give it: " + message(response.statusCode(), body.readNBytes(LONGEST_MESSAGE)));
        }
    }

    private <T> T accepted(HttpRequest request, Class<T> answer) {
        HttpResponse<byte[]> response = reached(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new LinkRefusedException("the server refused " + request.uri().getPath() + ": "
                    + message(response.statusCode(), response.body()));
        }
        return read(response.body(), answer);
    }

    private <T> HttpResponse<T> reached(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            HttpResponse<T> response = http.send(request, handler);
            int status = response.statusCode();
            boolean away = (status >= 500 && status != 507) || status == 408 || status == 429;
            if (away) {
                discard(response.body());
                throw new LinkUnavailableException("the server answers " + status, new AwayStatus(status));
            }
            return response;
        } catch (IOException failed) {
            throw new LinkUnavailableException("the server at " + root + " cannot be reached: " + failed, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LinkUnavailableException("the request was interrupted", interrupted);
        }
    }

    /**
     * Whether it is certain, after a call has failed, that no server is running: its machine refuses connections, or a proxy or the server itself
     * says that what answers requests is away. Silence proves nothing, it may be the network's.
     */
    boolean nobodyThere(LinkUnavailableException failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof AwayStatus away) {
                return away.status == 502 || away.status == 503;
            }
        }
        int port = root.getPort() >= 0 ? root.getPort() : "https".equals(root.getScheme()) ? 443 : 80;
        try (var probe = new Socket()) {
            probe.connect(new InetSocketAddress(root.getHost(), port), PROBE_MILLIS);
            return false;
        } catch (ConnectException refused) {
            return true;
        } catch (IOException silence) {
            return false;
        }
    }

    /** The server has answered that it cannot answer. */
    private static final class AwayStatus extends IOException {
        private final int status;

        AwayStatus(int status) {
            super("status " + status);
            this.status = status;
        }
    }

    private static void discard(Object body) throws IOException {
        if (body instanceof InputStream stream) {
            stream.close();
        }
    }

    private static <T> T read(byte[] body, Class<T> type) {
        try {
            return Json.MAPPER.readValue(body, type);
        } catch (JacksonException foreign) {
            throw new LinkUnavailableException("the answer is not that of a Trivet server", foreign);
        }
    }

    private static String message(int status, byte[] body) {
        return status + " "
                + new String(body, 0, Math.min(body.length, LONGEST_MESSAGE), StandardCharsets.UTF_8).strip();
    }

    private HttpRequest.Builder request(String path, Duration longest) {
        return HttpRequest.newBuilder(URI.create(root + path))
                .header("Authorization", "Bearer " + token)
                .timeout(longest);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
