package dev.trivet.circus;

import dev.trivet.circus.notify.BuildNotifications;
import dev.trivet.circus.notify.ConfigException;
import dev.trivet.circus.notify.ConfigStore;
import dev.trivet.circus.notify.NotificationType;
import dev.trivet.core.json.Json;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.notify.Outcome;
import dev.trivet.notify.Receipt;
import dev.trivet.store.Database;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How a project tells of its builds (spec sections 1.3 and 11). What is secret is never shown. */
final class NotificationRoutes {
    private static final String NO_PROJECT = "project";

    private final Database database;
    private final ProjectStore projects;
    private final ConfigStore configs;
    private final BuildNotifications notifications;
    private final Rights rights;

    NotificationRoutes(Database database, ConfigStore configs, BuildNotifications notifications, Rights rights) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.projects = new ProjectStore(database);
        this.configs = Objects.requireNonNull(configs, "configs is null");
        this.notifications = Objects.requireNonNull(notifications, "notifications is null");
        this.rights = Objects.requireNonNull(rights, "rights is null");
    }

    List<Route> routes() {
        String all = "/api/v1/projects/{id}/notifications";
        return List.of(
                Route.get(all, rights.admin(), this::list)
                        .describedAs(Description.of("List how a project tells of its builds")
                                .in("notifications")
                                .failing(400, 401, 403, 404)),
                Route.post(all, rights.admin(), this::create)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Let a project tell of its builds")
                                .in("notifications")
                                .answering(201)
                                .failing(400, 401, 403, 404, 409, 413, 415, 422)),
                Route.delete(all + "/{config_id}", rights.admin(), this::delete)
                        .describedAs(Description.of("Delete a way to tell of builds")
                                .in("notifications")
                                .answering(204)
                                .failing(400, 401, 403, 404)),
                Route.post(all + "/{config_id}/test", rights.admin(), this::test)
                        .describedAs(Description.of("Send a test message and tell what came of it")
                                .in("notifications")
                                .failing(400, 401, 403, 404)));
    }

    private UUID project(Request request) {
        UUID project = Ids.of(request, "id");
        if (projects.find(project).isEmpty()) {
            throw CircusErrors.notFound(NO_PROJECT);
        }
        return project;
    }

    private Response list(Request request) {
        return Response.json(configs.list(project(request)));
    }

    private Response create(Request request) throws IOException {
        UUID id = Ids.of(request, "id");
        JsonFields fields = JsonFields.of(request);
        NotificationType type = Validation.notificationType("notification_type", fields.text("notification_type"));
        JsonNode given = fields.member("config");
        JsonNode config = given == null ? Json.MAPPER.createObjectNode() : given;
        boolean enabled = !Boolean.FALSE.equals(fields.flagOrNull("enabled"));
        UUID project = project(request);
        try {
            Optional<Map<String, @Nullable Object>> made =
                    database.write(handle -> configs.insert(handle, id, type, config, enabled));
            return Response.json(
                    201,
                    made.orElseThrow(() -> CircusErrors.conflict("the project " + project + " tells by "
                            + type.wireName() + " already; delete that one first")));
        } catch (ConfigException refused) {
            throw CircusErrors.invalid(refused.field(), refused.reason());
        }
    }

    private Response delete(Request request) {
        UUID project = Ids.of(request, "id");
        UUID config = Ids.of(request, "config_id");
        if (!database.<Boolean, RuntimeException>write(handle -> configs.delete(handle, project, config))) {
            throw CircusErrors.notFound("notification");
        }
        return Response.empty(204);
    }

    private Response test(Request request) throws InterruptedException {
        Outcome outcome = notifications
                .test(Ids.of(request, "id"), Ids.of(request, "config_id"))
                .orElseThrow(() -> CircusErrors.notFound("notification"));
        Receipt receipt = outcome.receipt();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("delivered", outcome instanceof Outcome.Delivered);
        json.put("status", receipt == null ? null : receipt.status());
        json.put(
                "message",
                switch (outcome) {
                    case Outcome.Delivered _ -> "delivered";
                    case Outcome.Again again -> Secrets.masked(again.error());
                    case Outcome.Refused refused -> Secrets.masked(refused.error());
                });
        return Response.json(json);
    }
}
