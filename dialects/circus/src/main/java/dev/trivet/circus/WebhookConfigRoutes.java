package dev.trivet.circus;

import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** For which forges a project takes webhooks (spec section 2.4). The secrets are never shown. */
final class WebhookConfigRoutes {
    private final ProjectStore projects;
    private final WebhookStore webhooks;
    private final Rights rights;

    WebhookConfigRoutes(Database database, SecretBox box, Rights rights) {
        this.projects = new ProjectStore(database);
        this.webhooks = new WebhookStore(database, box);
        this.rights = Objects.requireNonNull(rights, "rights is null");
    }

    List<Route> routes() {
        String all = "/api/v1/projects/{id}/webhooks";
        return List.of(
                Route.get(all, Access.PUBLIC_LENIENT, this::list)
                        .describedAs(Description.of("List configured webhooks")
                                .in("webhooks")
                                .failing(400)),
                Route.post(all, rights.having(Role.CREATE_PROJECTS), this::create)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Register a webhook")
                                .in("webhooks")
                                .failing(400, 401, 403, 404, 409, 413, 415, 422)),
                Route.delete(all + "/{webhook_id}", rights.admin(), this::delete)
                        .describedAs(Description.of("Delete a webhook")
                                .in("webhooks")
                                .answering(204)
                                .failing(400, 401, 403, 404)));
    }

    private Response list(Request request) {
        return Response.json(webhooks.list(Ids.of(request, "id")).stream()
                .map(ProjectViews::webhook)
                .toList());
    }

    private Response create(Request request) throws IOException {
        UUID project = Ids.of(request, "id");
        JsonFields fields = JsonFields.of(request);
        String type = fields.text("forge_type");
        String given = fields.textOrNull("secret");
        ForgeType forge = Validation.forge("forge_type", type);
        String secret = Validation.secret("secret", given);
        if (projects.find(project).isEmpty()) {
            throw CircusErrors.notFound("project");
        }
        return Response.json(ProjectViews.webhook(webhooks.insert(project, forge, secret)
                .orElseThrow(() -> CircusErrors.conflict(
                        "the project has a webhook of " + type + " already; delete that one first"))));
    }

    private Response delete(Request request) {
        if (!webhooks.delete(Ids.of(request, "id"), Ids.of(request, "webhook_id"))) {
            throw CircusErrors.notFound("webhook");
        }
        return Response.empty(204);
    }
}
