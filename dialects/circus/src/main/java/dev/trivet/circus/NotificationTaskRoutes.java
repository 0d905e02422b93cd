package dev.trivet.circus;

import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is being delivered, for administrators (spec section 2.10). Secrets in what is delivered are not shown. */
final class NotificationTaskRoutes {
    private static final int MOST = 100;

    private final Database database;
    private final NotificationTasks tasks;
    private final Rights rights;
    private final Audit audit;

    NotificationTaskRoutes(Database database, InstantSource clock, Rights rights, Audit audit) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.tasks = new NotificationTasks(database, clock);
        this.rights = Objects.requireNonNull(rights, "rights is null");
        this.audit = Objects.requireNonNull(audit, "audit is null");
    }

    List<Route> routes() {
        String all = "/api/v1/admin/notification-tasks";
        return List.of(
                Route.get(
                                all,
                                rights.admin(),
                                request -> Response.json(tasks.newest(MOST).stream()
                                        .map(NotificationTaskRoutes::shown)
                                        .toList()))
                        .describedAs(Description.of("List pending notification delivery tasks")
                                .in("admin")
                                .failing(401, 403)),
                Route.post(all + "/{id}/retry", rights.admin(), this::retry)
                        .describedAs(Description.of("Retry a notification delivery task")
                                .in("admin")
                                .answering(202)
                                .failing(400, 401, 403)));
    }

    private Response retry(Request request) {
        UUID id = Ids.of(request, "id");
        Actor actor = audit.actor(request);
        Optional<Map<String, @Nullable Object>> task = database.write(handle -> {
            Optional<Map<String, @Nullable Object>> again = tasks.retry(handle, id);
            again.ifPresent(_ -> audit.record(
                    handle, actor, AuditAction.NOTIFICATION_TASK_RETRY, "notification_task", id, Map.of()));
            return again;
        });
        return Response.json(
                202,
                shown(task.orElseThrow(() -> CircusErrors.invalid(
                        "id", "no failed task of this id was found; only failed ones can be retried"))));
    }

    private static Map<String, @Nullable Object> shown(Map<String, @Nullable Object> task) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>(task);
        json.computeIfPresent("payload", (name, value) -> Secrets.masked((JsonNode) value));
        json.computeIfPresent("last_error", (name, value) -> Secrets.masked((String) value));
        return json;
    }
}
