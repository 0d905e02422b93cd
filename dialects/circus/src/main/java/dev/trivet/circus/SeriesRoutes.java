package dev.trivet.circus;

import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jspecify.annotations.Nullable;

/** Series of builds for charts (spec section 10): parallel arrays, points aligned to whole buckets since 1970, none that are empty. */
final class SeriesRoutes {
    private static final String BUILDS = """
             from circus.builds b join circus.evaluations e on e.id = b.evaluation_id
                join circus.jobsets j on j.id = e.jobset_id
            """;

    private static final String BUCKET = """
            to_char(to_timestamp(floor(extract(epoch from b.completed_at) / :bucket) * :bucket) at time zone 'UTC',
                'YYYY-MM-DD"T"HH24:MI:SS"Z"') as timestamps
            """;

    private static final String SECONDS = "extract(epoch from (b.completed_at - b.started_at))";

    private final Database database;

    SeriesRoutes(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    List<Route> routes() {
        String[] asked = {"project_id", "jobset_id", "hours", "bucket"};
        return List.of(
                Route.get("/api/v1/metrics/timeseries/builds", Access.PUBLIC_LENIENT, this::builds)
                        .describedAs(Description.of("Build count time series")
                                .in("metrics")
                                .asking(asked)
                                .failing(400)),
                Route.get("/api/v1/metrics/timeseries/duration", Access.PUBLIC_LENIENT, this::durations)
                        .describedAs(Description.of("Build duration percentile time series")
                                .in("metrics")
                                .asking(asked)
                                .failing(400)),
                Route.get("/api/v1/metrics/systems", Access.PUBLIC_LENIENT, this::systems)
                        .describedAs(Description.of("Build system distribution")
                                .in("metrics")
                                .asking("project_id", "jobset_id", "hours")
                                .failing(400)));
    }

    private Response builds(Request request) {
        SeriesQuery query = SeriesQuery.of(request);
        return series(
                query,
                "select " + BUCKET + ", count(*) as total, count(*) filter (where b.status = 'failed') as failed, avg("
                        + SECONDS + ")::float8 as avg_duration",
                query.filters("b.completed_at"),
                "timestamps",
                "total",
                "failed",
                "avg_duration");
    }

    private Response durations(Request request) {
        SeriesQuery query = SeriesQuery.of(request);
        return series(
                query,
                "select " + BUCKET + ", percentile_cont(0.5) within group (order by " + SECONDS
                        + ")::float8 as p50, percentile_cont(0.95) within group (order by " + SECONDS
                        + ")::float8 as p95, percentile_cont(0.99) within group (order by " + SECONDS
                        + ")::float8 as p99",
                query.filters("b.started_at is not null and b.completed_at"),
                "timestamps",
                "p50",
                "p95",
                "p99");
    }

    private Response series(SeriesQuery query, String select, Filters filters, String... columns) {
        return Response.json(
                arrays(select + BUILDS + filters.where() + " group by 1 order by 1", query, filters, columns));
    }

    private Response systems(Request request) {
        SeriesQuery query = SeriesQuery.of(request);
        Filters filters = query.filters("b.created_at");
        String sql = "select coalesce(b.system, 'unknown') as systems, count(*) as counts" + BUILDS + filters.where()
                + " group by 1 order by 2 desc, 1";
        return Response.json(arrays(sql, query, filters, "systems", "counts"));
    }

    private Map<String, List<@Nullable Object>> arrays(
            String sql, SeriesQuery query, Filters filters, String... columns) {
        Map<String, List<@Nullable Object>> arrays = new LinkedHashMap<>();
        for (String column : columns) {
            arrays.put(column, new ArrayList<>());
        }
        List<Map<String, @Nullable Object>> rows = database.read(handle -> handle.createQuery(sql)
                .bindMap(filters.bindings())
                .bind("bucket", query.bucketSeconds())
                .configure(SqlStatements.class, config -> config.setUnusedBindingAllowed(true))
                .map(Columns.shown(List.of(columns)))
                .list());
        rows.forEach(row -> arrays.forEach((column, values) -> values.add(row.get(column))));
        return arrays;
    }
}
