package dev.trivet.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A running server on a free port, and one line to ask it something. For tests. */
public final class LiveServer implements AutoCloseable {
    private final HttpServer server;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private LiveServer(HttpServer server) {
        this.server = server;
    }

    public static LiveServer of(Routes routes, Identities identities) {
        return of(HttpSettings.on("127.0.0.1", 0), routes, identities);
    }

    public static LiveServer of(HttpSettings settings, Routes routes, Identities identities) {
        HttpServer server = new HttpServer(settings, routes, identities);
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new LiveServer(server);
    }

    /** A table with one group at {@code /} whose errors are plain text and which takes tokens and sessions. */
    public static Routes plain(Route... routes) {
        return new Routes(List.of(new RouteGroup(
                "/",
                (problem, exchange) -> Response.text(problem.status(), problem.kind() + ": " + problem.reason()),
                Set.of(CredentialKind.TOKEN, CredentialKind.SESSION),
                List.of(routes))));
    }

    public HttpServer server() {
        return server;
    }

    public URI uri(String path) {
        return server.uri().resolve(path);
    }

    public HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    public HttpResponse<String> post(String path, String body, String... headers) {
        return send("POST", path, HttpRequest.BodyPublishers.ofString(body), headers);
    }

    /** Sends; headers are names and values in turn. */
    public HttpResponse<String> send(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path)).method(method, body).timeout(Duration.ofSeconds(20));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Sends exactly these bytes and returns everything until the server closes the connection, or {@code millis} are over. */
    public String raw(String request, int millis) throws IOException {
        try (Socket socket = connect()) {
            socket.setSoTimeout(millis);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[8192];
            try {
                for (int n = socket.getInputStream().read(buffer);
                        n >= 0;
                        n = socket.getInputStream().read(buffer)) {
                    answer.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
                }
                answer.append("<closed>");
            } catch (java.net.SocketTimeoutException e) {
                answer.append("<open>");
            } catch (java.net.SocketException e) {
                answer.append("<reset>");
            }
            return answer.toString();
        }
    }

    public Socket connect() throws IOException {
        return new Socket("127.0.0.1", server.port());
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
