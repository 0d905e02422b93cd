package dev.trivet.server;

import dev.trivet.circus.Declaration;
import dev.trivet.circus.Declaration.DeclaredNotification;
import dev.trivet.circus.Declaration.DeclaredProject;
import dev.trivet.circus.notify.ConfigException;
import dev.trivet.circus.notify.NotificationSettings;
import dev.trivet.circus.notify.NotificationType;
import dev.trivet.circus.notify.Target;
import dev.trivet.circus.notify.TargetReader;
import dev.trivet.harmont.vcs.Forge;
import dev.trivet.notify.CourierSettings;
import dev.trivet.notify.mail.MailServer;
import dev.trivet.notify.mail.MailServer.Encryption;
import dev.trivet.notify.mail.Mailer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the configuration says of notifications. What the operator names is trusted: it may be internal. */
final class NotificationKeys {
    private static final String GITHUB_API = "https://api.github.com";
    private static final int MOST_DAYS = 3650;
    private static final int MOST_MINUTES = 43_200;

    private final Configuration configuration;
    private final URI githubApi;
    private final String githubHost;

    private NotificationKeys(Configuration configuration) {
        this.configuration = configuration;
        this.githubApi = address(Keys.of(Keys.API_URLS, Forge.GITHUB)).orElse(URI.create(GITHUB_API));
        this.githubHost = URI.create(configuration.text(Keys.GITHUB_WEB)).getAuthority();
    }

    static NotificationSettings read(Configuration configuration) {
        return new NotificationKeys(configuration).read();
    }

    /**
     * Looks through what is declared of projects.
     *
     * @throws SettingsException naming the first that cannot be
     */
    static void check(Declaration declaration, NotificationSettings settings, boolean inside) {
        var reader = new TargetReader(settings, inside);
        for (DeclaredProject project : declaration.projects()) {
            for (DeclaredNotification one : project.notifications()) {
                try {
                    var _ = reader.read(one.type(), one.config());
                } catch (ConfigException refused) {
                    throw new SettingsException("the " + one.type().wireName() + " declared for the project "
                            + project.name() + " cannot be: " + refused.getMessage());
                }
            }
        }
    }

    private NotificationSettings read() {
        Optional<MailServer> server = server();
        Optional<String> from = configuration.optional(Keys.NOTIFY_FROM);
        from.filter(text -> !Mailer.isAddress(text)).ifPresent(_ -> {
            throw configuration.wrong(Keys.NOTIFY_FROM, "an address such as ci@example.org");
        });
        int attempts = configuration.number(Keys.NOTIFY_ATTEMPTS, 1, 20);
        Duration poll = configuration
                .duration(Keys.NOTIFY_POLL)
                .filter(Duration::isPositive)
                .orElseThrow(() -> configuration.wrong(Keys.NOTIFY_POLL, "a time longer than nothing"));
        return new NotificationSettings(
                targets(server, from),
                server,
                from,
                githubApi,
                githubHost,
                configuration.flag(Keys.NOTIFY_QUEUE) ? attempts : 1,
                CourierSettings.DEFAULT.with(
                        poll, Duration.ofDays(configuration.number(Keys.NOTIFY_RETENTION, 0, MOST_DAYS))),
                alerts());
    }

    private List<Target> targets(Optional<MailServer> server, Optional<String> from) {
        List<Target> targets = new ArrayList<>();
        address(Keys.NOTIFY_WEBHOOK)
                .ifPresent(url -> targets.add(new Target.Webhook(
                        url, configuration.optional(Keys.NOTIFY_WEBHOOK_SECRET), Map.of(), false, true)));
        configuration
                .optional(Keys.NOTIFY_GITHUB_TOKEN)
                .ifPresent(token -> targets.add(
                        new Target.Github(githubApi, githubHost, plain(Keys.NOTIFY_GITHUB_TOKEN, token), true)));
        forge(Keys.NOTIFY_GITEA, Keys.NOTIFY_GITEA_TOKEN)
                .ifPresent(forge ->
                        targets.add(new Target.Gitea(NotificationType.GITEA_STATUS, forge.base, forge.token, true)));
        forge(Keys.NOTIFY_FORGEJO, Keys.NOTIFY_FORGEJO_TOKEN)
                .ifPresent(forge ->
                        targets.add(new Target.Gitea(NotificationType.FORGEJO_STATUS, forge.base, forge.token, true)));
        forge(Keys.NOTIFY_GITLAB, Keys.NOTIFY_GITLAB_TOKEN)
                .ifPresent(forge -> targets.add(new Target.Gitlab(forge.base, forge.token, true)));
        address(Keys.NOTIFY_SLACK)
                .ifPresent(url ->
                        targets.add(new Target.Slack(url, configuration.flag(Keys.NOTIFY_SLACK_FAILURES), true)));
        email(server, from).ifPresent(targets::add);
        return targets;
    }

    private record ForgeAccess(URI base, String token) {}

    private Optional<ForgeAccess> forge(Key url, Key token) {
        Optional<URI> base = address(url);
        Optional<String> given = configuration.optional(token);
        if (base.isPresent() != given.isPresent()) {
            throw configuration.wrong(base.isPresent() ? token : url, "a value, as the other of the two is set");
        }
        return base.map(address -> new ForgeAccess(address, plain(token, given.orElseThrow())));
    }

    private Optional<Target> email(Optional<MailServer> server, Optional<String> from) {
        List<String> to = configuration.list(Keys.NOTIFY_TO);
        if (to.isEmpty()) {
            return Optional.empty();
        }
        if (!to.stream().allMatch(Mailer::isAddress)) {
            throw configuration.wrong(Keys.NOTIFY_TO, "addresses such as ada@example.org");
        }
        return Optional.of(new Target.Email(
                server.orElseThrow(() -> configuration.wrong(Keys.NOTIFY_SMTP, "a host, as there are to_addresses")),
                from.orElseThrow(() -> configuration.wrong(Keys.NOTIFY_FROM, "an address, as there are to_addresses")),
                to,
                configuration.flag(Keys.NOTIFY_MAIL_FAILURES)));
    }

    private Optional<MailServer> server() {
        Optional<String> user = configuration.optional(Keys.NOTIFY_SMTP_USER);
        Optional<String> password = configuration.optional(Keys.NOTIFY_SMTP_PASSWORD);
        if (user.isPresent() != password.isPresent()) {
            // Neither is repeated: one is a secret.
            throw new SettingsException(Keys.NOTIFY_SMTP_USER.path() + " and " + Keys.NOTIFY_SMTP_PASSWORD.path()
                    + " need each other, but only one is set");
        }
        int port = configuration.number(Keys.NOTIFY_SMTP_PORT, 1, 65_535);
        boolean tls = configuration.flag(Keys.NOTIFY_SMTP_TLS);
        Encryption encryption =
                !tls ? Encryption.NONE : port == MailServer.TLS_PORT ? Encryption.TLS : Encryption.STARTTLS;
        return configuration
                .optional(Keys.NOTIFY_SMTP)
                .map(host -> new MailServer(
                        host,
                        port,
                        user,
                        password,
                        encryption,
                        configuration.optional(Keys.NOTIFY_SMTP_CERTIFICATES).map(Path::of),
                        true));
    }

    private Optional<NotificationSettings.Alerts> alerts() {
        double threshold = configuration.decimal(Keys.NOTIFY_ALERT_THRESHOLD);
        if (threshold > 100) {
            throw configuration.wrong(Keys.NOTIFY_ALERT_THRESHOLD, "a number from 0 to 100");
        }
        Duration window = Duration.ofMinutes(configuration.number(Keys.NOTIFY_ALERT_WINDOW, 1, MOST_MINUTES));
        return configuration.flag(Keys.NOTIFY_ALERTS)
                ? Optional.of(new NotificationSettings.Alerts(threshold, window))
                : Optional.empty();
    }

    /** The value may be a secret: it is not repeated. */
    private Optional<URI> address(Key key) {
        return configuration.optional(key).map(text -> {
            try {
                URI address = URI.create(text.replaceAll("/+$", ""));
                if (address.getHost() != null
                        && String.valueOf(address.getScheme()).matches("https?")) {
                    return address;
                }
            } catch (IllegalArgumentException malformed) {
                // Said below.
            }
            throw new SettingsException(key.path() + " must be an address such as https://example.org/path");
        });
    }

    private static String plain(Key key, String token) {
        if (!token.matches("[\\x21-\\x7e]{1,4096}")) {
            throw new SettingsException(key.path() + " must be of printable ASCII without blanks");
        }
        return token;
    }
}
