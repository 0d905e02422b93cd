package dev.trivet.circus.notify;

import dev.trivet.notify.CourierSettings;
import dev.trivet.notify.mail.MailServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the operator says of notifications (spec section 12.2).
 *
 * @param targets where those of projects go that say nothing else, at most one of each kind
 * @param mailServer for projects that name none
 * @param mailFrom for projects that name none
 * @param githubApi without a slash at its end
 * @param githubHost of repositories at GitHub
 * @param maxAttempts 1 if nothing is tried again
 */
public record NotificationSettings(
        List<Target> targets,
        Optional<MailServer> mailServer,
        Optional<String> mailFrom,
        URI githubApi,
        String githubHost,
        int maxAttempts,
        CourierSettings courier,
        Optional<Alerts> alerts) {
    public NotificationSettings {
        targets = List.copyOf(targets);
        Objects.requireNonNull(mailServer, "mailServer is null");
        Objects.requireNonNull(mailFrom, "mailFrom is null");
        Objects.requireNonNull(githubApi, "githubApi is null");
        Objects.requireNonNull(githubHost, "githubHost is null");
        Objects.requireNonNull(courier, "courier is null");
        Objects.requireNonNull(alerts, "alerts is null");
    }

    /**
     * When too many builds fail.
     *
     * @param threshold in percent of the builds that ended within the window
     */
    public record Alerts(double threshold, Duration window) {
        public Alerts {
            if (!(threshold >= 0 && threshold <= 100) || !window.isPositive()) {
                throw new IllegalArgumentException("an alert needs 0 to 100 percent and a time");
            }
        }
    }

    /** The target of a kind. */
    Optional<Target> target(NotificationType type) {
        return targets.stream().filter(target -> target.type() == type).findFirst();
    }

    @Override
    public String toString() {
        return "notifications to " + targets;
    }
}
