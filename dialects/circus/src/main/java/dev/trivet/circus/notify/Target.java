package dev.trivet.circus.notify;

import dev.trivet.notify.mail.MailServer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Where notifications of one kind go. Not shown: it has secrets. Immutable. */
public sealed interface Target {
    NotificationType type();

    /** What it shares with others that wait when it does not answer. */
    String origin();

    /** Whether the operator named it, or allows what is inside: then it may be internal, and without encryption. */
    boolean trusted();

    /** Whether it is told of what went wrong only. */
    default boolean onFailureOnly() {
        return false;
    }

    /** What must not be shown. */
    List<String> secrets();

    /** A POST to any address. */
    record Webhook(
            URI url, Optional<String> secret, Map<String, String> headers, boolean onFailureOnly, boolean trusted)
            implements Target {
        public Webhook {
            headers = Map.copyOf(headers);
        }

        @Override
        public NotificationType type() {
            return NotificationType.WEBHOOK;
        }

        @Override
        public String origin() {
            return originOf(url);
        }

        @Override
        public List<String> secrets() {
            List<String> secrets = new ArrayList<>(headers.values());
            secret.ifPresent(secrets::add);
            secrets.addAll(partsOf(url));
            return secrets;
        }

        @Override
        public String toString() {
            return type().wireName();
        }
    }

    /**
     * Statuses of commits at GitHub.
     *
     * @param host of the repositories that it has
     */
    record Github(URI api, String host, String token, boolean trusted) implements Target {
        @Override
        public NotificationType type() {
            return NotificationType.GITHUB_STATUS;
        }

        @Override
        public String origin() {
            return originOf(api);
        }

        @Override
        public List<String> secrets() {
            return List.of(token);
        }

        @Override
        public String toString() {
            return type().wireName();
        }
    }

    /** Statuses of commits at Gitea or Forgejo. */
    record Gitea(NotificationType type, URI base, String token, boolean trusted) implements Target {
        @Override
        public String origin() {
            return originOf(base);
        }

        @Override
        public List<String> secrets() {
            return List.of(token);
        }

        @Override
        public String toString() {
            return type().wireName();
        }
    }

    /** Statuses of commits at GitLab. */
    record Gitlab(URI base, String token, boolean trusted) implements Target {
        @Override
        public NotificationType type() {
            return NotificationType.GITLAB_STATUS;
        }

        @Override
        public String origin() {
            return originOf(base);
        }

        @Override
        public List<String> secrets() {
            return List.of(token);
        }

        @Override
        public String toString() {
            return type().wireName();
        }
    }

    /** A chat's incoming webhook. */
    record Slack(URI url, boolean onFailureOnly, boolean trusted) implements Target {
        @Override
        public NotificationType type() {
            return NotificationType.SLACK;
        }

        @Override
        public String origin() {
            return originOf(url);
        }

        @Override
        public List<String> secrets() {
            return partsOf(url);
        }

        @Override
        public String toString() {
            return type().wireName();
        }
    }

    /** E-mail to each of some people. */
    record Email(MailServer server, String from, List<String> to, boolean onFailureOnly) implements Target {
        public Email {
            to = List.copyOf(to);
        }

        @Override
        public NotificationType type() {
            return NotificationType.EMAIL;
        }

        @Override
        public String origin() {
            return "smtp://" + server;
        }

        @Override
        public boolean trusted() {
            return server.trusted();
        }

        @Override
        public List<String> secrets() {
            return server.password().map(List::of).orElse(List.of());
        }

        @Override
        public String toString() {
            return type().wireName();
        }
    }

    private static String originOf(URI address) {
        String origin = address.getScheme() + "://" + address.getHost()
                + (address.getPort() < 0 ? "" : ":" + address.getPort());
        return origin.toLowerCase(Locale.ROOT);
    }

    /** The parts of an address that only those know who may use it. */
    private static List<String> partsOf(URI address) {
        List<String> parts = new ArrayList<>();
        for (String part : new String[] {address.getRawPath(), address.getRawQuery(), address.getRawUserInfo()}) {
            if (part != null && part.length() > 1) {
                parts.add(part);
            }
        }
        return parts;
    }
}
