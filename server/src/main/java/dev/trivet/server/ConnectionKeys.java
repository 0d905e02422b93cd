package dev.trivet.server;

import dev.trivet.accounts.oauth.OAuthClient;
import dev.trivet.harmont.ConnectionSettings;
import java.net.URI;
import java.util.Optional;

/** Reads what this server is known by where people have accounts and repositories. */
final class ConnectionKeys {
    private ConnectionKeys() {}

    static ConnectionSettings read(Configuration configuration) {
        return new ConnectionSettings(
                client(configuration, Keys.GITHUB_CLIENT, Keys.GITHUB_CLIENT_SECRET),
                address(configuration, Keys.GITHUB_WEB),
                client(configuration, Keys.BITBUCKET_CLIENT, Keys.BITBUCKET_CLIENT_SECRET),
                address(configuration, Keys.BITBUCKET_WEB),
                client(configuration, Keys.GOOGLE_CLIENT, Keys.GOOGLE_CLIENT_SECRET),
                address(configuration, Keys.GOOGLE_TOKENS),
                address(configuration, Keys.GOOGLE_USERS),
                configuration.flag(Keys.OAUTH_SIGNUP));
    }

    private static Optional<OAuthClient> client(Configuration configuration, Key idKey, Key secretKey) {
        Optional<String> id = configuration.optional(idKey);
        Optional<String> secret = configuration.optional(secretKey);
        if (id.isPresent() != secret.isPresent()) {
            throw configuration.wrong(
                    id.isEmpty() ? idKey : secretKey, "a value: a client of OAuth has an id and a secret");
        }
        return id.isEmpty() ? Optional.empty() : Optional.of(new OAuthClient(id.get(), secret.orElseThrow()));
    }

    private static URI address(Configuration configuration, Key key) {
        String text = configuration.text(key);
        if (!text.matches("https?://[^/?#@\\s]+(/[^?#\\s]*)?")) {
            throw configuration.wrong(key, "an address such as https://host/path, without query and fragment");
        }
        return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }
}
