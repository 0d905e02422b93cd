package dev.trivet.circus;

import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** API keys and the audit log, for administrators (spec sections 2.9, 2.10). */
final class ApiKeyRoutes {
    private static final String ALL = "/api/v1/api-keys";
    private static final int USUAL_ENTRIES = 50;
    private static final int MOST_ENTRIES = 500;

    private final ApiKeys keys;
    private final PersonRules rules;
    private final Audit audit;
    private final Access admin;

    ApiKeyRoutes(ApiKeys keys, PersonRules rules, Audit audit, Rights rights) {
        this.keys = Objects.requireNonNull(keys, "keys is null");
        this.rules = Objects.requireNonNull(rules, "rules is null");
        this.audit = Objects.requireNonNull(audit, "audit is null");
        this.admin = rights.admin();
    }

    List<Route> routes() {
        return List.of(
                Route.get(ALL, admin, request -> Response.json(keys.all()))
                        .describedAs(described("List API keys", "api-keys")),
                Route.post(ALL, admin, this::create)
                        .describedAs(described("Create an API key", "api-keys").failing(400)),
                Route.delete(ALL + "/{id}", admin, this::delete)
                        .describedAs(described("Revoke an API key", "api-keys")
                                .answering(204)
                                .failing(404)),
                Route.get("/api/v1/admin/audit-log", admin, this::log)
                        .describedAs(described("Paginated audit log (admin only)", "admin")
                                .asking("limit", "offset")));
    }

    private static Description described(String summary, String chapter) {
        return Description.of(summary).in(chapter).failing(401, 403);
    }

    private Response create(Request request) throws IOException {
        SentJson sent = SentJson.of(request);
        String name = sent.requiredText("name");
        Role role = rules.role(sent.text("role").orElse(Role.READ_ONLY.wireName()));
        long userId = request.requirePrincipal().userId();
        return Response.json(keys.create(userId, name, role, audit.actor(request)));
    }

    private Response delete(Request request) {
        keys.delete(Ids.of(request, "id"), audit.actor(request));
        return Response.empty(204);
    }

    private Response log(Request request) {
        return Response.json(audit.page(Window.of(request, USUAL_ENTRIES, MOST_ENTRIES)));
    }
}
