package dev.trivet.circus;

import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.notify.Courier;
import dev.trivet.notify.TaskRow;
import dev.trivet.store.Database;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is being delivered, for administrators (spec section 2.10). Secrets in what is delivered are not shown. */
final class NotificationTaskRoutes {
    private static final String DIALECT = "circus";
    private static final int MOST = 100;

    private final Database database;
    private final Courier courier;
    private final Rights rights;
    private final Audit audit;

    NotificationTaskRoutes(Database database, Courier courier, Rights rights, Audit audit) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.courier = Objects.requireNonNull(courier, "courier is null");
        this.rights = Objects.requireNonNull(rights, "rights is null");
        this.audit = Objects.requireNonNull(audit, "audit is null");
    }

    List<Route> routes() {
        String all = "/api/v1/admin/notification-tasks";
        return List.of(
                Route.get(
                                all,
                                rights.admin(),
                                request -> Response.json(courier.tasks().newest(DIALECT, MOST).stream()
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
        Optional<TaskRow> task = database.write(handle -> {
            Optional<TaskRow> again = courier.tasks().retry(handle, DIALECT, id);
            again.ifPresent(_ -> audit.record(
                    handle, actor, AuditAction.NOTIFICATION_TASK_RETRY, "notification_task", id, Map.of()));
            return again;
        });
        courier.wake();
        return Response.json(
                202,
                shown(task.orElseThrow(() -> CircusErrors.invalid(
                        "id",
                        "no failed task of this id was found; only failed ones can be retried, and of the statuses of"
                                + " one commit the last"))));
    }

    private static Map<String, @Nullable Object> shown(TaskRow task) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", task.id());
        json.put("notification_type", task.kind());
        json.put("payload", Secrets.masked(task.payload()));
        json.put("status", task.status());
        json.put("attempts", task.attempts());
        json.put("max_attempts", task.maxAttempts());
        json.put("next_retry_at", task.nextRetryAt());
        String error = task.lastError();
        json.put("last_error", error == null ? null : Secrets.masked(error));
        json.put("created_at", task.createdAt());
        json.put("completed_at", task.completedAt());
        return json;
    }
}
