package dev.trivet.harmont.vcs;

import java.net.URI;
import java.util.Optional;

/** Where repositories live. Gitea stands for Forgejo too: they share their API and most of their webhooks. */
public enum Forge {
    GITHUB("github", "https://api.github.com"),
    GITLAB("gitlab", "https://gitlab.com/api/v4"),
    GITEA("gitea", "https://codeberg.org/api/v1"),
    BITBUCKET("bitbucket", "https://api.bitbucket.org/2.0");

    private final String wireName;
    private final URI defaultApiUrl;

    Forge(String wireName, String defaultApiUrl) {
        this.wireName = wireName;
        this.defaultApiUrl = URI.create(defaultApiUrl);
    }

    /** Its name in addresses, in the configuration and in the database. */
    public String wireName() {
        return wireName;
    }

    /** The API of the best known public instance. */
    public URI defaultApiUrl() {
        return defaultApiUrl;
    }

    /** The forge of this wire name; {@code forgejo} is another name of Gitea. */
    public static Optional<Forge> named(String name) {
        if (name.equals("forgejo")) {
            return Optional.of(GITEA);
        }
        for (Forge forge : values()) {
            if (forge.wireName.equals(name)) {
                return Optional.of(forge);
            }
        }
        return Optional.empty();
    }
}
