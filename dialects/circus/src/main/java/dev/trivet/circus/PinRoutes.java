package dev.trivet.circus;

import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is kept from being collected, and letting go of it (spec sections 2.10, 5.5). */
final class PinRoutes {
    private static final int USUAL = 100;
    private static final int MOST = 500;

    private final Database database;
    private final Rights rights;
    private final Audit audit;

    PinRoutes(Database database, Rights rights, Audit audit) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.rights = Objects.requireNonNull(rights, "rights is null");
        this.audit = Objects.requireNonNull(audit, "audit is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/admin/pinned-build-products", rights.admin(), this::products)
                        .describedAs(Description.of("List build products protected by kept builds")
                                .in("admin")
                                .asking("limit", "offset")
                                .failing(400, 401, 403)),
                Route.post("/api/v1/admin/pinned-builds/{id}/unpin", rights.admin(), this::unpin)
                        .describedAs(Description.of("Clear keep for a build and make its products GC-eligible")
                                .in("admin")
                                .failing(400, 401, 403, 404)));
    }

    private Response products(Request request) {
        Window window = Window.of(request, USUAL, MOST);
        return Response.json(database.<Map<String, Object>, RuntimeException>read(handle -> {
            List<Map<String, @Nullable Object>> items = handle.createQuery("""
                            select b.id as build_id, b.job_name, b.system, b.status, b.created_at as build_created_at,
                                p.id as product_id, p.name as product_name, p.path, p.gc_root_path,
                                p.created_at as product_created_at
                            from circus.builds b join circus.build_products p on p.build_id = b.id
                            where b.keep order by p.created_at desc, p.id limit :limit offset :offset
                            """)
                    .bind("limit", window.limit())
                    .bind("offset", window.offset())
                    .map(JsonRows.MAPPER)
                    .list();
            long total = handle.createQuery("""
                            select count(*) from circus.builds b join circus.build_products p on p.build_id = b.id
                            where b.keep
                            """).mapTo(Long.class).one();
            return window.page(items, total);
        }));
    }

    private Response unpin(Request request) {
        UUID id = Ids.of(request, "id");
        Actor actor = audit.actor(request);
        Optional<Map<String, @Nullable Object>> build = database.write(handle -> {
            Optional<Map<String, @Nullable Object>> found = handle.createQuery(
                            "update circus.builds b set keep = false where b.id = :id returning "
                                    + Columns.of("b", Columns.BUILD))
                    .bind("id", id)
                    .map(Columns.shown(Columns.BUILD))
                    .findOne();
            found.ifPresent(_ -> audit.record(handle, actor, AuditAction.BUILD_UNPIN, "build", id, Map.of()));
            return found;
        });
        return Response.json(build.orElseThrow(() -> CircusErrors.notFound("build")));
    }
}
