package dev.trivet.harmont;

import dev.trivet.accounts.oauth.OAuthClient;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * What this server is known by where people have accounts and repositories.
 *
 * @param github for signing in with GitHub
 * @param githubWeb address of its pages
 * @param bitbucket for connecting workspaces
 * @param bitbucketWeb address of its pages
 * @param google for signing in with Google
 * @param googleTokens where codes are traded
 * @param googleUsers where a token tells whose it is
 * @param newcomers whether somebody whom nobody has invited may sign up
 */
public record ConnectionSettings(
        Optional<OAuthClient> github,
        URI githubWeb,
        Optional<OAuthClient> bitbucket,
        URI bitbucketWeb,
        Optional<OAuthClient> google,
        URI googleTokens,
        URI googleUsers,
        boolean newcomers) {
    /** Where GitHub, Bitbucket and Google are for everybody. */
    public static final URI GITHUB_WEB = URI.create("https://github.com");

    public static final URI BITBUCKET_WEB = URI.create("https://bitbucket.org");
    public static final URI GOOGLE_TOKENS = URI.create("https://oauth2.googleapis.com/token");
    public static final URI GOOGLE_USERS = URI.create("https://openidconnect.googleapis.com/v1/userinfo");

    /** Known nowhere. */
    public static final ConnectionSettings NONE = new ConnectionSettings(
            Optional.empty(),
            GITHUB_WEB,
            Optional.empty(),
            BITBUCKET_WEB,
            Optional.empty(),
            GOOGLE_TOKENS,
            GOOGLE_USERS,
            false);

    public ConnectionSettings {
        Objects.requireNonNull(github, "github is null");
        Objects.requireNonNull(githubWeb, "githubWeb is null");
        Objects.requireNonNull(bitbucket, "bitbucket is null");
        Objects.requireNonNull(bitbucketWeb, "bitbucketWeb is null");
        Objects.requireNonNull(google, "google is null");
        Objects.requireNonNull(googleTokens, "googleTokens is null");
        Objects.requireNonNull(googleUsers, "googleUsers is null");
    }
}
