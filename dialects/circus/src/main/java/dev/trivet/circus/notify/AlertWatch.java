package dev.trivet.circus.notify;

import dev.trivet.notify.NewTask;
import dev.trivet.notify.TaskStore;
import dev.trivet.store.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees when too many of the builds that ended within some time have failed, and says it once, however many servers look; and once more when that
 * is over. What people cancel counts neither way. Thread-safe.
 */
final class AlertWatch {
    private static final Logger log = LoggerFactory.getLogger(AlertWatch.class);

    private final Database database;
    private final TaskStore tasks;
    private final NotificationSettings settings;
    private final NotificationSettings.Alerts alerts;
    private final InstantSource clock;

    AlertWatch(
            Database database,
            TaskStore tasks,
            NotificationSettings settings,
            NotificationSettings.Alerts alerts,
            InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.tasks = Objects.requireNonNull(tasks, "tasks is null");
        this.settings = Objects.requireNonNull(settings, "settings is null");
        this.alerts = Objects.requireNonNull(alerts, "alerts is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** Looks once; what has changed since the last look of any server, if anything has. */
    Optional<AlertEvent> look() {
        Instant now = clock.instant();
        Optional<AlertEvent> news = database.write(handle -> {
            boolean raised = handle.createQuery("select raised from circus.notification_alert for update")
                    .mapTo(Boolean.class)
                    .one();
            AlertEvent seen = count(handle, now);
            if (seen.raised() == raised) {
                return Optional.<AlertEvent>empty();
            }
            handle.createUpdate("update circus.notification_alert set raised = :raised, since = :now")
                    .bind("raised", seen.raised())
                    .bind("now", now)
                    .execute();
            List<UUID> _ = tasks.add(handle, tasksOf(seen));
            return Optional.of(seen);
        });
        news.ifPresent(event -> {
            if (event.raised()) {
                log.warn("{}", event.text());
            } else {
                log.info("{}", event.text());
            }
        });
        return news;
    }

    private AlertEvent count(Handle handle, Instant now) {
        return handle.createQuery("""
                        select count(*) as total, count(*) filter (where status <> 'succeeded') as failed from circus.builds
                        where completed_at > :since and completed_at <= :now and status not in ('pending', 'running', 'cancelled')
                        """)
                .bind("since", now.minus(alerts.window()))
                .bind("now", now)
                .map((row, context) -> {
                    long total = row.getLong("total");
                    long failed = row.getLong("failed");
                    boolean raised = total > 0 && 100.0 * failed / total > alerts.threshold();
                    return new AlertEvent(
                            raised,
                            failed,
                            total,
                            alerts.threshold(),
                            alerts.window().toMinutes());
                })
                .one();
    }

    private List<NewTask> tasksOf(AlertEvent event) {
        List<NewTask> added = new ArrayList<>();
        for (Target target : settings.targets()) {
            if (target instanceof Target.Email email) {
                email.to().forEach(to -> added.add(task(target, event, to)));
            } else if (!target.type().isStatus()) {
                added.add(task(target, event, null));
            }
        }
        return added;
    }

    private NewTask task(Target target, AlertEvent event, @Nullable String to) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("notification_type", target.type().wireName());
        payload.put("channel", BuildChannel.GLOBAL);
        if (to != null) {
            payload.put("to", to);
        }
        payload.put("alert", event.json());
        return new NewTask(
                BuildChannel.DIALECT,
                target.type().wireName(),
                target.origin(),
                null,
                false,
                payload,
                settings.maxAttempts());
    }
}
