package dev.trivet.server;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to the Circus API of a server, with one token or none. */
final class CircusClient implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI server;
    private final @Nullable String token;

    CircusClient(URI server, @Nullable String token) {
        this.server = server;
        this.token = token;
    }

    /** The same client with another token, or none. */
    CircusClient as(@Nullable String otherToken) {
        return new CircusClient(server, otherToken);
    }

    /** An answer. */
    record Answer(int status, String body, HttpResponse<String> response) {
        JsonNode json() {
            return JSON.readTree(body);
        }

        String code() {
            return json().path("error_code").asString();
        }
    }

    Answer get(String path) throws Exception {
        return send("GET", path, null);
    }

    Answer post(String path, @Nullable Object body) throws Exception {
        return send("POST", path, body);
    }

    Answer put(String path, @Nullable Object body) throws Exception {
        return send("PUT", path, body);
    }

    Answer delete(String path) throws Exception {
        return send("DELETE", path, null);
    }

    /** @param path with {@code /api/v1}, or relative to it if it does not begin with a slash */
    Answer send(String method, String path, @Nullable Object body) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path.startsWith("/") ? path : "/api/v1/" + path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            String text = body instanceof String raw ? raw : JSON.writeValueAsString(body);
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(text));
        }
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body(), response);
    }

    @Override
    public void close() {
        http.close();
    }
}
