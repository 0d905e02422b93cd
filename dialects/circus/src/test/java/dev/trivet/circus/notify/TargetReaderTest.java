package dev.trivet.circus.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.core.json.Json;
import dev.trivet.notify.CourierSettings;
import dev.trivet.notify.mail.MailServer;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetReaderTest {
    static NotificationSettings settings(List<Target> targets) {
        return new NotificationSettings(
                targets,
                Optional.empty(),
                Optional.empty(),
                URI.create("https://api.github.com"),
                "github.com",
                5,
                CourierSettings.DEFAULT,
                Optional.empty());
    }

    private static Target read(String type, String config, boolean inside) {
        return new TargetReader(settings(List.of()), inside)
                .read(NotificationType.named(type).orElseThrow(), Json.MAPPER.readTree(config));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            webhook | {} | config.url
            webhook | [] | config
            webhook | {"url": 5} | config.url
            webhook | {"url": "http://example.org/x"} | https://
            webhook | {"url": "https://localhost/x"} | internal
            webhook | {"url": "https://169.254.169.254/x"} | internal
            webhook | {"url": "https://[::1]/x"} | internal
            webhook | {"url": "https://user:s3cret@example.org/x"} | config.url
            webhook | {"url": "ftp://example.org/x"} | config.url
            webhook | {"url": "not s3cret"} | config.url
            webhook | {"url": "https://example.org/x", "secrets": "s3cret"} | config.secrets
            webhook | {"url": "https://example.org/x", "secret": ""} | config.secret
            webhook | {"url": "https://example.org/x", "headers": {"X-Circus-Signature": "s3cret"}} | config.headers
            webhook | {"url": "https://example.org/x", "headers": {"Content-Type": "s3cret"}} | config.headers
            webhook | {"url": "https://example.org/x", "headers": {"Host": "s3cret"}} | config.headers
            webhook | {"url": "https://example.org/x", "headers": {"X": "s3cret\\r\\nY: z"}} | config.headers.X
            webhook | {"url": "https://example.org/x", "on_failure_only": "yes"} | config.on_failure_only
            slack | {"webhook_url": "http://hooks.example.org/s3cret"} | config.webhook_url
            slack | {} | config.webhook_url
            github_status | {} | config.token
            github_status | {"token": "s3cret\\n"} | config.token
            gitea_status | {"token": "s3cret"} | config.base_url
            gitea_status | {"token": "s3cret", "base_url": "https://10.1.2.3"} | internal
            forgejo_status | {"token": "s3cret", "base_url": "https://x.example?y"} | config.base_url
            gitlab_status | {"token": "s3cret", "base_url": "https://gitlab.internal"} | internal
            email | {"to_addresses": ["ada@example.org"]} | config.smtp_host
            email | {"to_addresses": []} | config.to_addresses
            email | {"to_addresses": ["ada@example.org\\r\\nBcc: x@y"], "smtp_host": "mail.example.org"} | config.to_addresses
            email | {"to_addresses": ["ada"], "smtp_host": "mail.example.org", "from_address": "a@b.example"} | config.to_addresses
            email | {"to_addresses": ["a@b.example"], "smtp_host": "127.0.0.1", "from_address": "a@b.example"} | internal
            email | {"to_addresses": ["a@b.example"], "smtp_host": "m.example", "from_address": "a@b.example", "tls": false} | config.tls
            email | {"to_addresses": ["a@b.example"], "smtp_host": "m.example", "from_address": "a@b.example", "smtp_password": "s3cret"} | config.smtp_user
            email | {"to_addresses": ["a@b.example"], "smtp_port": 25} | config.smtp_port
            """)
    void whatCannotBeIsNamedButNotRepeated(String type, String config, String named) {
        assertThatThrownBy(() -> read(type, config, false))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(named)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void whatIsInsideMayBeNamedWhereThatIsAllowed() {
        assertThat(read("webhook", "{\"url\": \"http://localhost:1/x\"}", true).trusted())
                .isTrue();
        assertThat(read("webhook", "{\"url\": \"https://example.org/x\"}", false)
                        .trusted())
                .isFalse();
        assertThat(read("gitlab_status", "{\"token\": \"t\"}", false).origin()).isEqualTo("https://gitlab.com");
        Target mail = read(
                "email",
                "{\"to_addresses\": [\"a@b.example\"], \"smtp_host\": \"localhost\", \"smtp_port\": 465,"
                        + " \"from_address\": \"c@b.example\"}",
                true);
        assertThat(mail)
                .isInstanceOfSatisfying(
                        Target.Email.class,
                        email -> assertThat(email.server().encryption()).isEqualTo(MailServer.Encryption.TLS));
        assertThat(read("github_status", "{\"token\": \"s3cret\"}", false))
                .asString()
                .doesNotContain("s3cret");
    }
}
