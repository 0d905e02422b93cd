package dev.trivet.server;

import dev.trivet.circus.GithubSettings;
import dev.trivet.circus.LdapSettings;
import dev.trivet.circus.PeopleSettings;
import dev.trivet.circus.PeopleSettings.Rate;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What the configuration says of people and signing in. */
final class PeopleKeys {
    private static final int MOST_REQUESTS = 1_000_000;

    private PeopleKeys() {}

    static PeopleSettings read(Configuration configuration) {
        return new PeopleSettings(
                configuration.flag(Keys.SECURE_COOKIES),
                configuration.flag(Keys.READS_NEED_CREDENTIAL),
                rate(configuration),
                pattern(configuration),
                ldap(configuration),
                github(configuration),
                configuration.declared());
    }

    private static Optional<Rate> rate(Configuration configuration) {
        boolean some = configuration.optional(Keys.RATE).isPresent();
        boolean burst = configuration.optional(Keys.BURST).isPresent();
        if (some != burst) {
            throw configuration.wrong(
                    some ? Keys.BURST : Keys.RATE, "a number, as the other of the two bounds on requests is set");
        }
        return some
                ? Optional.of(new Rate(
                        configuration.number(Keys.RATE, 1, MOST_REQUESTS),
                        configuration.number(Keys.BURST, 1, MOST_REQUESTS)))
                : Optional.empty();
    }

    private static Optional<Pattern> pattern(Configuration configuration) {
        try {
            return configuration.optional(Keys.EMAIL_PATTERN).map(Pattern::compile);
        } catch (PatternSyntaxException e) {
            throw configuration.wrong(Keys.EMAIL_PATTERN, "a regular expression (" + e.getDescription() + ")");
        }
    }

    private static Optional<LdapSettings> ldap(Configuration configuration) {
        Optional<String> url = configuration.optional(Keys.LDAP_URL);
        if (url.isEmpty() || !configuration.flag(Keys.LDAP_ENABLED)) {
            return Optional.empty();
        }
        if (!url.get().matches("ldaps?://[^/?]+/?")) {
            throw configuration.wrong(Keys.LDAP_URL, "ldap://HOST[:PORT] or ldaps://HOST[:PORT]");
        }
        if (!configuration.text(Keys.LDAP_TEMPLATE).contains("{username}")) {
            throw configuration.wrong(Keys.LDAP_TEMPLATE, "a name such as uid={username},ou=people,dc=example,dc=org");
        }
        return Optional.of(new LdapSettings(
                url.get(),
                configuration.text(Keys.LDAP_TEMPLATE),
                configuration.optional(Keys.LDAP_CERTIFICATES).map(Path::of)));
    }

    private static Optional<GithubSettings> github(Configuration configuration) {
        if (configuration.optional(Keys.OAUTH_ID).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new GithubSettings(
                configuration.text(Keys.OAUTH_ID),
                configuration
                        .optional(Keys.OAUTH_SECRET)
                        .orElseThrow(() -> configuration.wrong(Keys.OAUTH_SECRET, "the secret beside the client_id")),
                address(configuration, Keys.OAUTH_REDIRECT),
                address(configuration, Keys.OAUTH_WEB),
                address(configuration, Keys.OAUTH_API)));
    }

    private static URI address(Configuration configuration, Key key) {
        String text = configuration.text(key);
        if (!text.matches("https?://[^/\\s]+(/\\S*)?")) {
            throw configuration.wrong(key, "an address such as https://example.org");
        }
        try {
            return URI.create(text.replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw configuration.wrong(key, "an address such as https://example.org");
        }
    }
}
