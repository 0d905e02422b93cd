package dev.trivet.server;

import dev.trivet.harmont.vcs.Forge;
import dev.trivet.harmont.vcs.ForgeSettings;
import dev.trivet.harmont.vcs.GitHubApp;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the configuration says of forges, whose webhooks start builds. Not shown: it has secrets.
 *
 * @param configured the values of the keys of each forge
 */
public record ForgeKeys(List<One> configured) {
    public ForgeKeys {
        configured = List.copyOf(configured);
    }

    /** One forge. */
    record One(
            Forge forge,
            Optional<String> secret,
            Optional<String> apiUrl,
            Optional<String> token,
            Optional<GitHubApp> app) {
        @Override
        public String toString() {
            return forge.wireName();
        }
    }

    static ForgeKeys read(Configuration configuration) {
        List<One> all = new ArrayList<>();
        for (Forge forge : Forge.values()) {
            all.add(new One(
                    forge,
                    configuration.optional(Keys.of(Keys.WEBHOOK_SECRETS, forge)),
                    configuration.optional(Keys.of(Keys.API_URLS, forge)),
                    configuration.optional(Keys.of(Keys.FORGE_TOKENS, forge)),
                    forge == Forge.GITHUB ? app(configuration) : Optional.empty()));
        }
        var keys = new ForgeKeys(all);
        // What is wrong is said at the start, not at the first webhook.
        for (Forge forge : Forge.values()) {
            try {
                var _ = keys.settings(forge, "http://localhost");
            } catch (IllegalArgumentException wrong) {
                throw new SettingsException("the keys of [" + forge.wireName() + "] are wrong: " + wrong.getMessage());
            }
        }
        return keys;
    }

    /** The settings of every forge, for a server that is reached there. */
    List<ForgeSettings> settings(String origin) {
        List<ForgeSettings> all = new ArrayList<>();
        for (Forge forge : Forge.values()) {
            all.add(settings(forge, origin));
        }
        return all;
    }

    private ForgeSettings settings(Forge forge, String origin) {
        ForgeSettings settings = ForgeSettings.of(forge, URI.create(origin));
        for (One one : configured) {
            if (one.forge == forge) {
                if (one.secret.isPresent()) {
                    settings = settings.withWebhookSecret(one.secret.get());
                }
                if (one.apiUrl.isPresent()) {
                    settings = settings.withApiUrl(URI.create(one.apiUrl.get()));
                }
                if (one.token.isPresent()) {
                    settings = settings.withToken(one.token.get());
                }
                if (one.app.isPresent()) {
                    settings = settings.withApp(one.app.get());
                }
            }
        }
        return settings;
    }

    private static Optional<GitHubApp> app(Configuration configuration) {
        Optional<String> id = configuration.optional(Keys.GITHUB_APP_ID);
        Optional<String> file = configuration.optional(Keys.GITHUB_KEY);
        if (id.isEmpty() && file.isEmpty()) {
            return Optional.empty();
        }
        if (id.isEmpty() || file.isEmpty()) {
            throw configuration.wrong(
                    id.isEmpty() ? Keys.GITHUB_APP_ID : Keys.GITHUB_KEY, "a value: a GitHub App has an id and a key");
        }
        try {
            return Optional.of(GitHubApp.of(id.get(), Files.readString(Path.of(file.get()))));
        } catch (IOException unreadable) {
            throw configuration.wrong(Keys.GITHUB_KEY, "a file that can be read");
        } catch (IllegalArgumentException malformed) {
            throw configuration.wrong(Keys.GITHUB_KEY, "an RSA key in PEM: " + malformed.getMessage());
        }
    }
}
