package dev.trivet.circus;

import java.net.URI;
import java.util.Objects;

/**
 * The OAuth application at GitHub, or at an installation of GitHub Enterprise.
 *
 * @param redirectUri {@code https://here/api/v1/auth/github/callback}, as the application names it
 * @param web where people confirm, without a slash at its end
 * @param api where the API is, without a slash at its end
 */
public record GithubSettings(String clientId, String clientSecret, URI redirectUri, URI web, URI api) {
    public GithubSettings {
        Objects.requireNonNull(clientId, "clientId is null");
        Objects.requireNonNull(clientSecret, "clientSecret is null");
        Objects.requireNonNull(redirectUri, "redirectUri is null");
        Objects.requireNonNull(web, "web is null");
        Objects.requireNonNull(api, "api is null");
    }

    /** Without the secret: it must not get into a log. */
    @Override
    public String toString() {
        return "GithubSettings[" + clientId + ", " + redirectUri + ", " + web + ", " + api + "]";
    }
}
