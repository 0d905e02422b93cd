package dev.trivet.circus.notify;

import dev.trivet.notify.Courier;
import dev.trivet.notify.Loop;
import dev.trivet.notify.Outcome;
import dev.trivet.store.Database;
import dev.trivet.store.NotificationListener;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tells others of builds: makes tasks of what happens to them, and delivers these by the courier. Thread-safe. */
public final class BuildNotifications implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    private final Database database;
    private final Courier courier;
    private final ConfigStore configs;
    private final Outbox outbox;
    private final Sender sender;
    private final Loop loop;
    private final Optional<Loop> alerts;

    /** @param origin where the server is reached, without a slash at its end */
    public BuildNotifications(
            Database database,
            Courier courier,
            ConfigStore configs,
            NotificationSettings settings,
            String origin,
            InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.courier = Objects.requireNonNull(courier, "courier is null");
        this.configs = Objects.requireNonNull(configs, "configs is null");
        var postbag = new Postbag(origin);
        this.sender = new Sender(postbag, clock);
        this.outbox = new Outbox(database, courier.tasks(), configs, settings, postbag);
        for (NotificationType type : NotificationType.values()) {
            courier.register(new BuildChannel(type, settings, configs, sender));
        }
        Duration poll = settings.courier().poll();
        this.loop = new Loop("circus-notifications", () -> {
            pass();
            return poll;
        });
        this.alerts = settings.alerts().map(rule -> {
            var watch = new AlertWatch(database, courier.tasks(), settings, rule, clock);
            return new Loop("circus-alerts", () -> {
                watch.look().ifPresent(_ -> courier.wake());
                return BETWEEN_LOOKS;
            });
        });
    }

    /** Begins. */
    public void start() {
        outbox.announce();
        loop.start();
        alerts.ifPresent(Loop::start);
    }

    private void pass() {
        while (!outbox.isEmpty() && outbox.empty()) {
            courier.wake();
        }
    }

    /** Hears that builds have changed. */
    public NotificationListener listener() {
        return new NotificationListener() {
            @Override
            public void onNotification(String payload) {
                loop.wake();
            }

            @Override
            public void onGap() {
                loop.wake();
            }
        };
    }

    /**
     * Sends a test message by a project's configuration now, and answers what came of it; empty if it is not there or another project's. A
     * status goes to the commit that was evaluated last, under a name of its own.
     */
    public Optional<Outcome> test(UUID projectId, UUID configId) throws InterruptedException {
        ConfigStore.Row row = configs.find(configId)
                .filter(one -> one.projectId().equals(projectId))
                .orElse(null);
        if (row == null) {
            return Optional.empty();
        }
        Target target;
        try {
            target = configs.target(row);
        } catch (ConfigException unusable) {
            return Optional.of(new Outcome.Refused(String.valueOf(unusable.getMessage()), null));
        }
        BuildEvent event = example(projectId);
        if (target.type().isStatus() && event.commitHash().isEmpty()) {
            return Optional.of(new Outcome.Refused(
                    "nothing of the project has been evaluated yet, so there is no commit that could get a status",
                    null));
        }
        return Optional.of(sent(target, event));
    }

    private Outcome sent(Target target, BuildEvent event) throws InterruptedException {
        List<String> receivers = target instanceof Target.Email email ? email.to() : List.of("");
        @Nullable Outcome last = null;
        for (String to : receivers) {
            last = sender.send(target, event, to, UUID.randomUUID());
            if (!(last instanceof Outcome.Delivered)) {
                return last;
            }
        }
        return Objects.requireNonNull(last, "nobody gets it");
    }

    private BuildEvent example(UUID projectId) {
        return database.read(handle -> handle.createQuery("""
                        select p.name, p.repository_url, (
                            select e.commit_hash from circus.evaluations e join circus.jobsets j on j.id = e.jobset_id
                            where j.project_id = p.id order by e.evaluation_time desc limit 1) as commit_hash
                        from circus.projects p where p.id = :id
                        """)
                .bind("id", projectId)
                .map((row, context) -> new BuildEvent(
                        new UUID(0, 0),
                        "succeeded",
                        "notification-test",
                        "/nix/store/00000000000000000000000000000000-notification-test.drv",
                        null,
                        row.getString("name"),
                        row.getString("repository_url"),
                        Objects.requireNonNullElse(row.getString("commit_hash"), "")))
                .one());
    }

    @Override
    public void close() {
        alerts.ifPresent(Loop::close);
        loop.close();
        sender.close();
    }
}
