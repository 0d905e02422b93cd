package dev.trivet.circus.notify;

import dev.trivet.notify.NewTask;
import dev.trivet.notify.TaskStore;
import dev.trivet.store.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes tasks of what the database notes of builds: a trigger writes down each change of a status in the transaction that makes it, whoever makes
 * it, so none is forgotten. Thread-safe.
 */
final class Outbox {
    private static final Logger log = LoggerFactory.getLogger(Outbox.class);
    private static final int BATCH = 500;
    /** One server at a time: the order counts. */
    private static final long LOCK = 0x6369726375734e54L;

    private final Database database;
    private final TaskStore tasks;
    private final ConfigStore configs;
    private final NotificationSettings settings;
    private final Postbag postbag;

    Outbox(Database database, TaskStore tasks, ConfigStore configs, NotificationSettings settings, Postbag postbag) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.tasks = Objects.requireNonNull(tasks, "tasks is null");
        this.configs = Objects.requireNonNull(configs, "configs is null");
        this.settings = Objects.requireNonNull(settings, "settings is null");
        this.postbag = Objects.requireNonNull(postbag, "postbag is null");
    }

    /** Notes for the trigger what this server tells for all projects. */
    void announce() {
        database.write(handle -> {
            handle.createUpdate("delete from circus.notification_defaults where not notification_type = any(:types)")
                    .bindArray("types", String.class, globals())
                    .execute();
            return handle.createUpdate("""
                            insert into circus.notification_defaults (notification_type) select unnest(cast(:types as text[]))
                            on conflict do nothing
                            """)
                    .bindArray("types", String.class, globals())
                    .execute();
        });
    }

    private List<String> globals() {
        return settings.targets().stream()
                .map(target -> target.type().wireName())
                .toList();
    }

    /** Whether there is anything. Cheap. */
    boolean isEmpty() {
        return database.read(handle -> handle.createQuery("select not exists (select from circus.build_news)")
                .mapTo(Boolean.class)
                .one());
    }

    /** One batch; false if there was none. */
    boolean empty() {
        return database.write(handle -> {
            handle.createUpdate("select pg_advisory_xact_lock(:lock)")
                    .bind("lock", LOCK)
                    .execute();
            List<News> news = handle.createQuery("""
                            select n.seq, n.xact::text as xact, n.status, n.build_id, b.job_name, b.drv_path, b.build_output_path,
                                b.is_aggregate, p.id as project, p.name, p.repository_url, e.commit_hash
                            from (select * from circus.build_news order by seq limit :most) n
                            left join circus.builds b on b.id = n.build_id
                            left join circus.evaluations e on e.id = b.evaluation_id
                            left join circus.jobsets j on j.id = e.jobset_id
                            left join circus.projects p on p.id = j.project_id
                            order by n.seq
                            """)
                    .bind("most", BATCH)
                    .map((row, context) -> News.of(row))
                    .list();
            if (news.isEmpty()) {
                return false;
            }
            List<UUID> _ = tasks.add(handle, tasksOf(handle, last(news)));
            handle.createUpdate("delete from circus.build_news where seq = any(:seqs)")
                    .bindArray("seqs", Long.class, news.stream().map(News::seq).toArray())
                    .execute();
            return true;
        });
    }

    /** A change of a build's status. */
    private record News(
            long seq,
            String transaction,
            boolean aggregate,
            @Nullable UUID project,
            @Nullable BuildEvent event) {
        static News of(ResultSet row) throws SQLException {
            UUID project = row.getObject("project", UUID.class);
            return new News(
                    row.getLong("seq"),
                    row.getString("xact"),
                    row.getBoolean("is_aggregate"),
                    project,
                    // The build may have been deleted meanwhile.
                    project == null
                            ? null
                            : new BuildEvent(
                                    Objects.requireNonNull(row.getObject("build_id", UUID.class), "build_id is null"),
                                    row.getString("status"),
                                    row.getString("job_name"),
                                    row.getString("drv_path"),
                                    row.getString("build_output_path"),
                                    row.getString("name"),
                                    row.getString("repository_url"),
                                    row.getString("commit_hash")));
        }
    }

    /** What one transaction did to a build and took back has not happened. */
    private static List<News> last(List<News> news) {
        Map<String, News> last = new LinkedHashMap<>();
        for (News one : news) {
            if (one.event != null) {
                String key = one.transaction + " " + one.event.buildId();
                last.remove(key);
                last.put(key, one);
            }
        }
        return List.copyOf(last.values());
    }

    private List<NewTask> tasksOf(Handle handle, List<News> news) {
        Map<UUID, Map<NotificationType, Way>> ways = new HashMap<>();
        List<UUID> projects = news.stream()
                .map(News::project)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        for (UUID project : projects) {
            Map<NotificationType, Way> own = new EnumMap<>(NotificationType.class);
            settings.targets().forEach(target -> own.put(target.type(), new Way(BuildChannel.GLOBAL, "", target)));
            ways.put(project, own);
        }
        for (ConfigStore.Row row : configs.of(handle, projects)) {
            Map<NotificationType, Way> own = Objects.requireNonNull(ways.get(row.projectId()), "no ways");
            own.remove(row.type());
            if (row.enabled()) {
                try {
                    own.put(row.type(), new Way(row.id().toString(), " " + row.projectId(), configs.target(row)));
                } catch (ConfigException unusable) {
                    log.warn(
                            "notification {} of project {} cannot be used: {}",
                            row.type().wireName(),
                            row.projectId(),
                            unusable.getMessage());
                }
            }
        }
        List<NewTask> added = new ArrayList<>();
        for (News one : news) {
            Map<NotificationType, Way> own = ways.getOrDefault(one.project, Map.of());
            own.values().forEach(way -> added.addAll(tasksOf(one, way)));
        }
        return added;
    }

    /**
     * A way to tell of a project's builds.
     *
     * @param owner whose credentials are used, so whose limits count
     */
    private record Way(String channel, String owner, Target target) {}

    private List<NewTask> tasksOf(News news, Way way) {
        BuildEvent event = Objects.requireNonNull(news.event, "event is null");
        Words words = Words.of(event.status());
        Target target = way.target;
        if (target.type().isStatus()) {
            boolean told = postbag.status(target, event).isPresent() && !(news.aggregate && words == Words.PENDING);
            return told ? List.of(task(way, event, null)) : List.of();
        }
        if (!words.isFinished() || (target.onFailureOnly() && !words.isFailure())) {
            return List.of();
        }
        return target instanceof Target.Email email
                ? email.to().stream().map(to -> task(way, event, to)).toList()
                : List.of(task(way, event, null));
    }

    private NewTask task(Way way, BuildEvent event, @Nullable String to) {
        NotificationType type = way.target.type();
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("notification_type", type.wireName());
        payload.put("channel", way.channel);
        if (to != null) {
            payload.put("to", to);
        }
        payload.put("event", event.json());
        String stream = type.isStatus()
                ? hash(type.wireName() + "\n" + way.target.origin() + "\n" + event.projectUrl() + "\n"
                        + event.commitHash() + "\n" + event.jobName())
                : null;
        return new NewTask(
                BuildChannel.DIALECT,
                type.wireName(),
                way.target.origin() + way.owner,
                stream,
                type.isStatus(),
                payload,
                settings.maxAttempts());
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
