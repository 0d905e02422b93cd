package dev.trivet.circus;

import dev.trivet.http.Description;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.util.List;
import java.util.Objects;

/** What the server holds, for its administrators (spec section 2.10). */
final class SystemRoutes {
    private final Database database;
    private final Rights rights;

    SystemRoutes(Database database, Rights rights) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.rights = Objects.requireNonNull(rights, "rights is null");
    }

    List<Route> routes() {
        return List.of(Route.get("/api/v1/admin/system", rights.admin(), request -> Response.json(status()))
                .describedAs(Description.of("System status").in("admin").failing(401, 403)));
    }

    private Object status() {
        return database.read(handle -> handle.createQuery("""
                        select (select count(*) from circus.projects) as projects_count,
                            (select count(*) from circus.jobsets) as jobsets_count,
                            (select count(*) from circus.evaluations) as evaluations_count,
                            count(*) filter (where status = 'pending') as builds_pending,
                            count(*) filter (where status = 'running') as builds_running,
                            count(*) filter (where status = 'succeeded') as builds_completed,
                            count(*) filter (where status not in ('pending', 'running', 'succeeded')) as builds_failed,
                            (select count(*) from circus.remote_builders) as remote_builders,
                            (select count(*) from circus.channels) as channels_count
                        from circus.builds
                        """).mapToMap().one());
    }
}
