package dev.trivet.circus.notify;

import dev.trivet.notify.Outcome;
import dev.trivet.notify.Receipt;
import dev.trivet.notify.http.HttpSender;
import dev.trivet.notify.mail.Mailer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells one receiver of one thing, once. Thread-safe. */
final class Sender implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Sender.class);

    private final HttpSender http;
    private final Mailer mailer;
    private final Postbag postbag;
    private final InstantSource clock;

    Sender(Postbag postbag, InstantSource clock) {
        this.http = new HttpSender(clock);
        this.mailer = new Mailer(clock);
        this.postbag = Objects.requireNonNull(postbag, "postbag is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /**
     * Tells of a build.
     *
     * @param to who of those that get e-mail
     * @param id of the delivery
     */
    Outcome send(Target target, BuildEvent event, String to, UUID id) throws InterruptedException {
        return switch (target) {
            case Target.Webhook webhook -> http.post(postbag.webhook(webhook, event, id));
            case Target.Slack slack -> http.post(postbag.slack(slack, event));
            case Target.Email email -> mailer.send(email.server(), postbag.email(email, event, to, id));
            case Target.Github _, Target.Gitea _, Target.Gitlab _ -> {
                var message = postbag.status(target, event);
                yield message.isEmpty()
                        ? new Outcome.Refused(
                                "the repository is none of " + target.origin() + ", or the commit is none", null)
                        : limited(target, http.post(message.get()));
            }
        };
    }

    /** Tells of an alarm. */
    Outcome send(Target target, AlertEvent alert, String to, UUID id) throws InterruptedException {
        return switch (target) {
            case Target.Webhook webhook -> http.post(postbag.webhook(webhook, alert.body(), id));
            case Target.Slack slack -> http.post(Postbag.slack(slack, alert.text(), "*" + alert.text() + "*"));
            case Target.Email email -> mailer.send(email.server(), alert.email(email, to, id));
            case Target.Github _, Target.Gitea _, Target.Gitlab _ ->
                new Outcome.Refused("an alarm is no status of a commit", null);
        };
    }

    /** Where GitHub's limit comes near, the rest of it is spread over the time that is left. */
    private Outcome limited(Target target, Outcome outcome) {
        if (target.type() != NotificationType.GITHUB_STATUS || !(outcome instanceof Outcome.Delivered delivered)) {
            return outcome;
        }
        Receipt receipt = delivered.receipt();
        Duration rest = receipt == null
                ? Duration.ZERO
                : RateLimit.of(receipt.headers())
                        .map(limit -> {
                            if (limit.isLow()) {
                                log.info(
                                        "GitHub takes {} more requests of {} from this token",
                                        limit.remaining(),
                                        limit.limit());
                            }
                            return limit.rest(clock.instant());
                        })
                        .orElse(Duration.ZERO);
        return new Outcome.Delivered(receipt, rest);
    }

    @Override
    public void close() {
        http.close();
    }
}
