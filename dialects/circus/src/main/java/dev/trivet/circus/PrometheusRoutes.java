package dev.trivet.circus;

import dev.trivet.circus.cache.BinaryCache;
import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** The state of everything as Prometheus reads it (spec section 10). */
final class PrometheusRoutes {
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final String SECONDS = "extract(epoch from (completed_at - started_at))";

    private final Database database;
    private final Supplier<BinaryCache.Numbers> cache;

    PrometheusRoutes(Database database, Supplier<BinaryCache.Numbers> cache) {
        this.cache = Objects.requireNonNull(cache, "cache is null");
        this.database = Objects.requireNonNull(database, "database is null");
    }

    List<Route> routes() {
        return List.of(Route.get(
                        "/prometheus",
                        Access.PUBLIC_LENIENT,
                        request -> Response.bytes(TYPE, exposition().getBytes(StandardCharsets.UTF_8)))
                .describedAs(Description.of("Prometheus metrics exposition")
                        .in("metrics")
                        .sending("text/plain")));
    }

    private String exposition() {
        BinaryCache.Numbers numbers = cache.get();
        return database.read(handle -> {
            Exposition text = new Exposition();
            builds(handle, text);
            rest(handle, text);
            projects(handle, text);
            cache(numbers, text);
            return text.toString();
        });
    }

    private static void builds(Handle handle, Exposition text) {
        String sql = """
                select count(*) filter (where status = 'succeeded') as succeeded,
                    count(*) filter (where status = 'failed') as failed,
                    count(*) filter (where status = 'running') as running,
                    count(*) filter (where status = 'pending') as pending, count(*) as "all",
                    avg(%1$s) filter (where %2$s) as average,
                    percentile_cont(0.5) within group (order by %1$s) filter (where %2$s) as p50,
                    percentile_cont(0.95) within group (order by %1$s) filter (where %2$s) as p95,
                    percentile_cont(0.99) within group (order by %1$s) filter (where %2$s) as p99
                from circus.builds
                """.formatted(SECONDS, "started_at is not null and completed_at is not null");
        handle.createQuery(sql)
                .map((row, context) -> {
                    text.gauge("circus_builds_total", "Builds by status");
                    for (String status : List.of("succeeded", "failed", "running", "pending", "all")) {
                        text.sample("circus_builds_total", "status", status, Long.toString(row.getLong(status)));
                    }
                    text.gauge("circus_builds_avg_duration_seconds", "Average duration of finished builds");
                    text.sample("circus_builds_avg_duration_seconds", seconds(row.getDouble("average")));
                    double median = row.getDouble("p50");
                    if (!row.wasNull()) {
                        text.gauge("circus_builds_duration_seconds", "Durations of finished builds by quantile");
                        text.sample("circus_builds_duration_seconds", "quantile", "0.5", seconds(median));
                        text.sample(
                                "circus_builds_duration_seconds", "quantile", "0.95", seconds(row.getDouble("p95")));
                        text.sample(
                                "circus_builds_duration_seconds", "quantile", "0.99", seconds(row.getDouble("p99")));
                    }
                    text.gauge("circus_queue_depth", "Builds that wait");
                    text.sample("circus_queue_depth", Long.toString(row.getLong("pending")));
                    return text;
                })
                .one();
    }

    private static void rest(Handle handle, Exposition text) {
        count(handle, text, "circus_evaluations_total", "Evaluations", "select count(*) from circus.evaluations");
        text.gauge("circus_evaluations_by_status", "Evaluations by status");
        handle.createQuery("""
                        select s.status, count(e.id) as number
                        from (values ('pending'), ('running'), ('completed'), ('failed'), ('cancelled'), ('timed_out'))
                            as s (status) left join circus.evaluations e on e.status = s.status
                        group by 1 order by 1
                        """)
                .map((row, context) -> {
                    text.sample(
                            "circus_evaluations_by_status",
                            "status",
                            row.getString("status"),
                            Long.toString(row.getLong("number")));
                    return row.getString("status");
                })
                .list();
        count(handle, text, "circus_projects_total", "Projects", "select count(*) from circus.projects");
        count(handle, text, "circus_channels_total", "Channels", "select count(*) from circus.channels");
        count(
                handle,
                text,
                "circus_remote_builders_active",
                "Builders that are enabled",
                "select count(*) from circus.remote_builders where enabled");
    }

    private static void cache(BinaryCache.Numbers numbers, Exposition text) {
        number(text, "circus_cache_paths", "Store paths in the binary cache", numbers.paths());
        number(text, "circus_cache_nar_bytes", "Bytes of their archives before compression", numbers.narBytes());
        number(text, "circus_cache_bytes", "Bytes of their archives as they are stored", numbers.fileBytes());
        number(text, "circus_cache_hits", "Narinfos asked for that were there, since the start", numbers.hits());
        number(text, "circus_cache_misses", "Narinfos asked for that were not, since the start", numbers.misses());
        number(text, "circus_cache_fetches", "Archives sent, since the start", numbers.fetches());
    }

    private static void number(Exposition text, String name, String help, long value) {
        text.gauge(name, help);
        text.sample(name, Long.toString(value));
    }

    private static void count(Handle handle, Exposition text, String name, String help, String sql) {
        text.gauge(name, help);
        text.sample(
                name, Long.toString(handle.createQuery(sql).mapTo(Long.class).one()));
    }

    private static void projects(Handle handle, Exposition text) {
        Exposition failed = new Exposition();
        text.gauge("circus_project_builds_completed", "Builds of a project that succeeded");
        failed.gauge("circus_project_builds_failed", "Builds of a project that failed");
        handle.createQuery("""
                        select p.name, count(b.id) filter (where b.status = 'succeeded') as completed,
                            count(b.id) filter (where b.status = 'failed') as failed
                        from circus.projects p left join circus.jobsets j on j.project_id = p.id
                            left join circus.evaluations e on e.jobset_id = j.id
                            left join circus.builds b on b.evaluation_id = e.id
                        group by p.id, p.name order by p.name
                        """)
                .map((row, context) -> {
                    String name = row.getString("name");
                    text.sample(
                            "circus_project_builds_completed",
                            "project",
                            name,
                            Long.toString(row.getLong("completed")));
                    failed.sample(
                            "circus_project_builds_failed", "project", name, Long.toString(row.getLong("failed")));
                    return name;
                })
                .list();
        text.append(failed);
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
