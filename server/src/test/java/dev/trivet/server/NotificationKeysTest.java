package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.circus.notify.NotificationSettings;
import dev.trivet.circus.notify.NotificationType;
import dev.trivet.circus.notify.Target;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section of notifications (spec circus section 12.2). */
class NotificationKeysTest {
    private static NotificationSettings read(Map<String, String> said) {
        Map<String, String> environment = new HashMap<>();
        said.forEach((name, value) -> environment.put("TRIVET_NOTIFICATIONS_" + name, value));
        return Settings.read(Settings.Options.NONE, environment).notifications();
    }

    @Test
    void theDefaultsAreThoseOfCircus() {
        NotificationSettings settings = read(Map.of());
        assertThat(settings.targets()).isEmpty();
        assertThat(settings.maxAttempts()).isEqualTo(5);
        assertThat(settings.courier().poll()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.courier().retention()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.alerts()).isEmpty();
        assertThat(settings.githubApi()).hasToString("https://api.github.com");
        assertThat(settings.githubHost()).isEqualTo("github.com");
        assertThat(read(Map.of("ENABLE_RETRY_QUEUE", "false")).maxAttempts()).isEqualTo(1);
        assertThat(read(Map.of("ALERTS_ENABLED", "true")).alerts())
                .contains(new NotificationSettings.Alerts(20, Duration.ofHours(1)));
    }

    @Test
    void everyKindHasItsKeys() {
        Map<String, String> all = new HashMap<>(Map.of(
                "WEBHOOK_URL", "https://example.org/hidden",
                "GITHUB_TOKEN", "hidden",
                "GITEA_URL", "https://gitea.internal/",
                "GITEA_TOKEN", "hidden",
                "FORGEJO_URL", "https://forgejo.example.org",
                "FORGEJO_TOKEN", "hidden",
                "GITLAB_URL", "https://gitlab.example.org",
                "GITLAB_TOKEN", "hidden",
                "SLACK_WEBHOOK_URL", "https://hooks.example.org/hidden"));
        all.putAll(Map.of(
                "EMAIL_SMTP_HOST", "mail.example.org",
                "EMAIL_SMTP_USER", "ada",
                "EMAIL_SMTP_PASSWORD", "hidden",
                "EMAIL_FROM_ADDRESS", "ci@example.org",
                "EMAIL_TO_ADDRESSES", "ada@example.org, bob@example.org"));
        NotificationSettings settings = read(all);
        assertThat(settings.targets().stream().map(Target::type)).containsExactlyInAnyOrder(NotificationType.values());
        assertThat(settings.targets()).allMatch(Target::trusted);
        assertThat(settings.toString()).doesNotContain("hidden");
    }

    @ParameterizedTest
    @CsvSource({
        "WEBHOOK_URL, s3cret, notifications.webhook_url",
        "GITEA_URL, https://gitea.example.org, notifications.gitea_token",
        "GITLAB_TOKEN, s3cret, notifications.gitlab_url",
        "EMAIL_TO_ADDRESSES, ada@example.org, notifications.email.smtp_host",
        "EMAIL_TO_ADDRESSES, ada, notifications.email.to_addresses",
        "EMAIL_FROM_ADDRESS, ada, notifications.email.from_address",
        "EMAIL_SMTP_PASSWORD, s3cret, notifications.email.smtp_user",
        "RETRY_POLL_INTERVAL, 0, notifications.retry_poll_interval",
        "MAX_RETRY_ATTEMPTS, 0, notifications.max_retry_attempts",
        "ALERTS_ERROR_THRESHOLD, 101, notifications.alerts.error_threshold",
        "ALERTS_TIME_WINDOW_MINUTES, 0, notifications.alerts.time_window_minutes"
    })
    void whatCannotBeNamesItsKey(String name, String value, String key) {
        assertThatThrownBy(() -> read(Map.of(name, value)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(key)
                .hasMessageNotContaining("s3cret");
    }
}
