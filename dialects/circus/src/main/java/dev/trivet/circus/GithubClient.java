package dev.trivet.circus;

import dev.trivet.core.json.Json;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The three questions to GitHub that signing in needs (spec section 2.2). Follows no redirects. Thread-safe. */
final class GithubClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int MOST_BYTES = 1 << 20;

    private final GithubSettings settings;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    GithubClient(GithubSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings is null");
    }

    /**
     * Who confirmed.
     *
     * @param id the number that GitHub never gives to somebody else
     * @param email one that GitHub made sure of, if there is one
     */
    record Profile(long id, String login, Optional<String> email) {}

    /**
     * Who it is that came back with this code.
     *
     * @throws IOException if GitHub did not answer, or not as expected
     */
    Profile profile(String code, String verifier) throws IOException, InterruptedException {
        String token = token(code, verifier);
        JsonNode user = ask("/user", token);
        String login = user.path("login").asString("");
        if (!user.path("id").isIntegralNumber() || login.isEmpty()) {
            throw new IOException("GitHub's /user has no id and login");
        }
        return new Profile(user.get("id").asLong(), login, email(ask("/user/emails", token)));
    }

    private String token(String code, String verifier) throws IOException, InterruptedException {
        String form = Map.of(
                        "client_id",
                        settings.clientId(),
                        "client_secret",
                        settings.clientSecret(),
                        "code",
                        code,
                        "redirect_uri",
                        settings.redirectUri().toString(),
                        "code_verifier",
                        verifier)
                .entrySet()
                .stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        JsonNode answer = send(HttpRequest.newBuilder(URI.create(settings.web() + "/login/oauth/access_token"))
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
        String token = answer.path("access_token").asString("");
        if (token.isEmpty()) {
            throw new IOException(
                    "GitHub gave no token: " + answer.path("error").asString("no reason named"));
        }
        return token;
    }

    private JsonNode ask(String path, String token) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(settings.api() + path))
                .header("Accept", "application/vnd.github+json")
                .header("Authorization", "Bearer " + token));
    }

    private JsonNode send(HttpRequest.Builder question) throws IOException, InterruptedException {
        HttpRequest request =
                question.header("User-Agent", "circus").timeout(PATIENCE).build();
        HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
        try (InputStream in = answer.body()) {
            byte[] bytes = in.readNBytes(MOST_BYTES);
            if (answer.statusCode() != 200) {
                throw new IOException("GitHub answered " + request.uri().getPath() + " with " + answer.statusCode());
            }
            return Json.MAPPER.readTree(bytes);
        } catch (JacksonException e) {
            throw new IOException("GitHub answered " + request.uri().getPath() + " with something that is no JSON", e);
        }
    }

    /** The first address if it is verified, else any that is. */
    private static Optional<String> email(JsonNode addresses) {
        return Stream.concat(
                        addresses
                                .valueStream()
                                .filter(address -> address.path("primary").asBoolean(false)),
                        addresses.valueStream())
                .filter(address -> address.path("verified").asBoolean(false))
                .map(address -> address.path("email").asString(""))
                .filter(address -> !address.isEmpty())
                .findFirst();
    }

    @Override
    public void close() {
        http.close();
    }
}
