package dev.trivet.accounts.oauth;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Accounts of a GitHub. Thread-safe. */
public final class GitHubSignIn implements OAuthProvider {
    private final OAuthClient client;
    private final URI web;
    private final URI api;
    private final OAuthHttp http;

    /**
     * @param web address of its pages, such as {@code https://github.com}
     * @param api address of its API, such as {@code https://api.github.com}
     */
    public GitHubSignIn(OAuthClient client, URI web, URI api, HttpClient http) {
        this.client = Objects.requireNonNull(client, "client is null");
        this.web = Objects.requireNonNull(web, "web is null");
        this.api = Objects.requireNonNull(api, "api is null");
        this.http = new OAuthHttp(http, "GitHub");
    }

    @Override
    public String name() {
        return "github";
    }

    @Override
    public ExternalUser exchange(String code, String redirectUri) throws OAuthException, InterruptedException {
        String token = http.token(
                URI.create(web + "/login/oauth/access_token"),
                Map.of(
                        "client_id",
                        client.id(),
                        "client_secret",
                        client.secret(),
                        "code",
                        code,
                        "redirect_uri",
                        redirectUri));
        JsonNode user = http.get(URI.create(api + "/user"), token);
        JsonNode id = user.path("id");
        if (!id.isIntegralNumber()) {
            throw new OAuthException("GitHub did not say who you are");
        }
        return new ExternalUser(
                name(),
                id.asString(),
                user.path("login").stringValue(""),
                user.path("name").stringValue(null),
                email(http.get(URI.create(api + "/user/emails"), token)));
    }

    /** The primary address if it is verified, or else the first that is. */
    private static Optional<String> email(JsonNode emails) {
        Optional<String> first = Optional.empty();
        for (JsonNode email : emails) {
            String address = email.path("email").stringValue("");
            if (email.path("verified").asBoolean(false) && !address.isEmpty()) {
                if (email.path("primary").asBoolean(false)) {
                    return Optional.of(address);
                }
                first = first.or(() -> Optional.of(address));
            }
        }
        return first;
    }
}
