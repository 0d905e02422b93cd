package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * How to deal with one forge (spec section 6.4). Immutable; {@code toString} shows no secret.
 *
 * @param webhookSecret what webhooks are signed with, for GitHub at least 20 characters; null refuses them all
 * @param apiUrl base address of its API, without a slash at its end
 * @param token what statuses are sent with; for Bitbucket a bearer token, or {@code user:password}; null for none
 * @param app the GitHub App that sends check runs, instead of a token; null for none and at other forges
 * @param webUrl address of this server's pages, without a slash at its end
 */
public record ForgeSettings(
        Forge forge,
        @Nullable String webhookSecret,
        URI apiUrl,
        @Nullable String token,
        @Nullable GitHubApp app,
        URI webUrl) {
    private static final int SHORTEST_GITHUB_SECRET = 20;

    /** @throws IllegalArgumentException naming what is wrong */
    public ForgeSettings {
        requireNonNull(forge, "forge is null");
        apiUrl = base(requireNonNull(apiUrl, "apiUrl is null"), "the API of " + forge.wireName());
        webUrl = base(requireNonNull(webUrl, "webUrl is null"), "this server's pages");
        if (webhookSecret != null) {
            checkSecret(forge, webhookSecret);
        }
        if (token != null && (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f))) {
            throw new IllegalArgumentException("the token for " + forge.wireName()
                    + " is empty or has characters that no token has; leave it out to send no statuses");
        }
        if (app != null && forge != Forge.GITHUB) {
            throw new IllegalArgumentException("a GitHub App is for github, not for " + forge.wireName());
        }
    }

    /** Nothing but addresses: no webhook is taken and no status is sent until the rest is filled in. */
    public static ForgeSettings of(Forge forge, URI webUrl) {
        return new ForgeSettings(forge, null, forge.defaultApiUrl(), null, null, webUrl);
    }

    public ForgeSettings withWebhookSecret(String secret) {
        return new ForgeSettings(forge, secret, apiUrl, token, app, webUrl);
    }

    public ForgeSettings withApiUrl(URI url) {
        return new ForgeSettings(forge, webhookSecret, url, token, app, webUrl);
    }

    public ForgeSettings withToken(String value) {
        return new ForgeSettings(forge, webhookSecret, apiUrl, value, app, webUrl);
    }

    public ForgeSettings withApp(GitHubApp value) {
        return new ForgeSettings(forge, webhookSecret, apiUrl, token, value, webUrl);
    }

    /** The page of a build, as statuses link it (spec section 6.3). */
    public URI buildUrl(String organization, String pipelineSlug, long number) {
        return URI.create(webUrl + "/" + organization + "/pipelines/" + pipelineSlug + "/builds/" + number);
    }

    private static void checkSecret(Forge forge, String secret) {
        int shortest = forge == Forge.GITHUB ? SHORTEST_GITHUB_SECRET : 1;
        if (secret.isBlank() || secret.length() < shortest) {
            throw new IllegalArgumentException("the webhook secret of " + forge.wireName() + " has " + secret.length()
                    + " characters; it needs at least " + shortest + " (openssl rand -hex 20 makes a good one)");
        }
    }

    private static URI base(URI url, String what) {
        boolean web = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (!web || url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException("the address of " + what + " is '" + url
                    + "', but should be like https://host/path, without query and fragment");
        }
        if (url.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "the address of " + what + " has a user; put credentials into the token");
        }
        String text = url.toString();
        return text.endsWith("/") ? base(URI.create(text.substring(0, text.length() - 1)), what) : url;
    }

    @Override
    public String toString() {
        return "ForgeSettings[" + forge.wireName() + ", apiUrl=" + apiUrl + ", webUrl=" + webUrl + ", webhookSecret="
                + shown(webhookSecret) + ", token=" + shown(token) + ", app=" + app + "]";
    }

    private static String shown(@Nullable String secret) {
        return secret == null ? "none" : "set";
    }
}
