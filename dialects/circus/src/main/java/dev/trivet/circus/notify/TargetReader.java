package dev.trivet.circus.notify;

import dev.trivet.notify.InternalAddresses;
import dev.trivet.notify.http.HttpMessage;
import dev.trivet.notify.mail.MailServer;
import dev.trivet.notify.mail.MailServer.Encryption;
import dev.trivet.notify.mail.Mailer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Reads what a project says of its notifications (spec sections 2.3 and 11). Immutable. */
public final class TargetReader {
    static final String SIGNATURE = "X-Circus-Signature";
    static final String DELIVERY = "X-Trivet-Delivery";
    static final int SMTP_PORT = 587;
    private static final Set<String> OURS = Set.of("x-circus-signature", "x-trivet-delivery", "content-type");

    private final NotificationSettings settings;
    private final boolean inside;

    /** @param inside whether projects may name what is internal, or is not encrypted */
    public TargetReader(NotificationSettings settings, boolean inside) {
        this.settings = Objects.requireNonNull(settings, "settings is null");
        this.inside = inside;
    }

    /** @throws ConfigException naming the first member that cannot be */
    public Target read(NotificationType type, JsonNode config) {
        return switch (type) {
            case WEBHOOK -> webhook(new ConfigFields(config, "url", "secret", "headers", "on_failure_only"));
            case SLACK -> {
                var fields = new ConfigFields(config, "webhook_url", "on_failure_only");
                yield new Target.Slack(outside(fields, "webhook_url"), fields.flag("on_failure_only", false), inside);
            }
            case GITHUB_STATUS -> {
                var fields = new ConfigFields(config, "token");
                // The address of its API is the operator's.
                yield new Target.Github(settings.githubApi(), settings.githubHost(), token(fields), true);
            }
            case GITEA_STATUS, FORGEJO_STATUS -> {
                var fields = new ConfigFields(config, "base_url", "token");
                yield new Target.Gitea(type, base(fields), token(fields), inside);
            }
            case GITLAB_STATUS -> {
                var fields = new ConfigFields(config, "base_url", "token");
                yield new Target.Gitlab(
                        fields.has("base_url") ? base(fields) : URI.create("https://gitlab.com"),
                        token(fields),
                        inside);
            }
            case EMAIL -> email(config);
        };
    }

    private Target webhook(ConfigFields fields) {
        Map<String, String> headers = new TreeMap<>(fields.pairs("headers"));
        headers.forEach((name, value) -> {
            if (OURS.contains(name.toLowerCase(java.util.Locale.ROOT)) || !HttpMessage.isHeader(name, value)) {
                throw new ConfigException(
                        "config.headers",
                        "has one that cannot be sent: names are of letters, digits and '-', values of printable"
                                + " ASCII, and those of the connection and ours are not taken");
            }
        });
        return new Target.Webhook(
                outside(fields, "url"),
                fields.textIfAny("secret"),
                headers,
                fields.flag("on_failure_only", false),
                inside);
    }

    private static String token(ConfigFields fields) {
        String token = fields.text("token");
        if (!HttpMessage.isHeader("X", token)) {
            throw new ConfigException("config.token", "must be of printable ASCII");
        }
        return token;
    }

    private URI base(ConfigFields fields) {
        URI base = outside(fields, "base_url");
        if (base.getRawQuery() != null) {
            throw new ConfigException("config.base_url", "must be the address of a forge, without a query");
        }
        return URI.create(base.toString().replaceAll("/+$", ""));
    }

    private URI outside(ConfigFields fields, String name) {
        URI address = fields.address(name);
        if (!inside && !"https".equalsIgnoreCase(address.getScheme())) {
            throw new ConfigException(
                    "config." + name,
                    "must begin with https://; the server's configuration allows nothing else"
                            + " (server.allow_internal_requests)");
        }
        if (!inside && InternalAddresses.isInternalName(address.getHost())) {
            throw new ConfigException(
                    "config." + name,
                    "names the internal host '" + address.getHost()
                            + "', which the server's configuration does not allow (server.allow_internal_requests)");
        }
        return address;
    }

    private Target email(JsonNode config) {
        var fields = new ConfigFields(
                config,
                "to_addresses",
                "on_failure_only",
                "from_address",
                "smtp_host",
                "smtp_port",
                "smtp_user",
                "smtp_password",
                "tls");
        List<String> to = fields.texts("to_addresses");
        to.forEach(address -> address(address, "config.to_addresses"));
        MailServer server = fields.has("smtp_host") ? server(fields) : ours(fields);
        String from = fields.textIfAny("from_address")
                .or(settings::mailFrom)
                .orElseThrow(() -> new ConfigException(
                        "config.from_address",
                        "is needed, as the server has none of its own (notifications.email.from_address)"));
        address(from, "config.from_address");
        return new Target.Email(server, from, to, fields.flag("on_failure_only", false));
    }

    private static void address(String text, String field) {
        if (!Mailer.isAddress(text)) {
            throw new ConfigException(field, "must be an address such as ada@example.org");
        }
    }

    private MailServer ours(ConfigFields fields) {
        for (String own : List.of("smtp_port", "smtp_user", "smtp_password", "tls")) {
            if (fields.has(own)) {
                throw new ConfigException("config." + own, "needs smtp_host beside it");
            }
        }
        return settings.mailServer()
                .orElseThrow(() -> new ConfigException(
                        "config.smtp_host",
                        "is needed, as the server has none of its own (notifications.email.smtp_host)"));
    }

    private MailServer server(ConfigFields fields) {
        String host = fields.text("smtp_host");
        if (!host.matches("[A-Za-z0-9._:-]{1,255}")) {
            throw new ConfigException("config.smtp_host", "must be the name of a host");
        }
        if (!inside && InternalAddresses.isInternalName(host)) {
            throw new ConfigException(
                    "config.smtp_host",
                    "names an internal host, which the server's configuration does not allow"
                            + " (server.allow_internal_requests)");
        }
        Optional<String> user = fields.textIfAny("smtp_user");
        Optional<String> password = fields.textIfAny("smtp_password");
        if (user.isPresent() != password.isPresent()) {
            throw new ConfigException("config.smtp_user", "and smtp_password need each other");
        }
        int port = fields.number("smtp_port", SMTP_PORT, 1, 65_535);
        boolean tls = fields.flag("tls", true);
        if (!tls && !inside) {
            throw new ConfigException(
                    "config.tls",
                    "must be true; the server's configuration allows nothing else (server.allow_internal_requests)");
        }
        return new MailServer(host, port, user, password, encryption(tls, port), Optional.empty(), inside);
    }

    /** Servers tell by their port whether encryption begins at once. */
    static Encryption encryption(boolean tls, int port) {
        return !tls ? Encryption.NONE : port == MailServer.TLS_PORT ? Encryption.TLS : Encryption.STARTTLS;
    }
}
