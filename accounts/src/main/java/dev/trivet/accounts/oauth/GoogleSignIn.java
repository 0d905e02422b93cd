package dev.trivet.accounts.oauth;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Accounts of Google. Thread-safe. */
public final class GoogleSignIn implements OAuthProvider {
    private final OAuthClient client;
    private final URI tokens;
    private final URI users;
    private final OAuthHttp http;

    /**
     * @param tokens where codes are traded
     * @param users where a token tells whose it is
     */
    public GoogleSignIn(OAuthClient client, URI tokens, URI users, HttpClient http) {
        this.client = Objects.requireNonNull(client, "client is null");
        this.tokens = Objects.requireNonNull(tokens, "tokens is null");
        this.users = Objects.requireNonNull(users, "users is null");
        this.http = new OAuthHttp(http, "Google");
    }

    @Override
    public String name() {
        return "google";
    }

    @Override
    public ExternalUser exchange(String code, String redirectUri) throws OAuthException, InterruptedException {
        String token = http.token(
                tokens,
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "client_id",
                        client.id(),
                        "client_secret",
                        client.secret(),
                        "code",
                        code,
                        "redirect_uri",
                        redirectUri));
        JsonNode user = http.get(users, token);
        String subject = user.path("sub").stringValue("");
        if (!subject.matches("[!-~]{1,255}")) {
            throw new OAuthException("Google did not say who you are");
        }
        String email = user.path("email").stringValue("");
        boolean verified = user.path("email_verified").asBoolean(false) && !email.isEmpty();
        return new ExternalUser(
                name(),
                subject,
                email.substring(0, Math.max(0, email.indexOf('@'))),
                user.path("name").stringValue(null),
                verified ? Optional.of(email) : Optional.empty());
    }
}
