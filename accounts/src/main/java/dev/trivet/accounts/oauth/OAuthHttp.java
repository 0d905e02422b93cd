package dev.trivet.accounts.oauth;

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
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The two kinds of requests of signing in: answers are JSON of at most 1 MiB, within 10 s, from where they were asked. Thread-safe. */
final class OAuthHttp {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long LARGEST = 1 << 20;

    private final HttpClient http;
    private final String provider;

    /** @param provider its name, for messages */
    OAuthHttp(HttpClient http, String provider) {
        this.http = Objects.requireNonNull(http, "http is null");
        this.provider = Objects.requireNonNull(provider, "provider is null");
    }

    /** The access token for a code. */
    String token(URI address, Map<String, String> form) throws OAuthException, InterruptedException {
        String body = form.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
        JsonNode answer = send(HttpRequest.newBuilder(address)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
        String token = answer.path("access_token").stringValue("");
        if (!token.matches("[!-~]{1,4096}")) {
            // GitHub tells of a bad code with status 200.
            throw new OAuthException(provider + " did not accept the code"
                    + detail(answer.path("error").stringValue("")) + ": sign in again");
        }
        return token;
    }

    JsonNode get(URI address, String token) throws OAuthException, InterruptedException {
        return send(HttpRequest.newBuilder(address).header("Authorization", "Bearer " + token));
    }

    private JsonNode send(HttpRequest.Builder request) throws OAuthException, InterruptedException {
        request.timeout(PATIENCE).header("Accept", "application/json").header("User-Agent", "trivet");
        HttpResponse<String> response;
        try {
            response = http.send(
                    request.build(), BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), LARGEST));
        } catch (IOException failed) {
            throw new OAuthException(provider + " cannot be reached from here (" + failed + "): try again later");
        }
        if (response.statusCode() / 100 != 2) {
            throw new OAuthException(provider + " answered " + response.statusCode() + ": sign in again");
        }
        try {
            return Json.MAPPER.readTree(response.body());
        } catch (JacksonException unreadable) {
            throw new OAuthException(provider + " did not answer with JSON");
        }
    }

    private static String detail(String error) {
        return error.matches("[a-z_]{1,64}") ? " (" + error + ")" : "";
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
