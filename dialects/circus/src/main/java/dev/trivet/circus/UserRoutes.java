package dev.trivet.circus;

import dev.trivet.accounts.User;
import dev.trivet.circus.Users.Edit;
import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Users, for administrators (spec section 2.9). */
final class UserRoutes {
    private static final String ALL = "/api/v1/users";
    private static final String ONE = ALL + "/{id}";

    private final Users users;
    private final PersonRules rules;
    private final Audit audit;
    private final Access admin;

    UserRoutes(Users users, PersonRules rules, Audit audit, Rights rights) {
        this.users = Objects.requireNonNull(users, "users is null");
        this.rules = Objects.requireNonNull(rules, "rules is null");
        this.audit = Objects.requireNonNull(audit, "audit is null");
        this.admin = rights.admin();
    }

    List<Route> routes() {
        return List.of(
                Route.get(ALL, admin, request -> Response.json(users.page(Window.of(request))))
                        .describedAs(described("List users").asking("limit", "offset")),
                Route.post(ALL, admin, this::create)
                        .describedAs(described("Create a user").failing(400, 409)),
                Route.get(ONE, admin, request -> Response.json(users.view(number(request))))
                        .describedAs(described("Get a user").failing(404)),
                Route.put(ONE, admin, this::update)
                        .describedAs(described("Update a user").failing(400, 404, 409)),
                Route.delete(ONE, admin, this::delete)
                        .describedAs(described("Delete a user").answering(204).failing(404, 409)));
    }

    private static Description described(String summary) {
        return Description.of(summary).in("users").failing(401, 403);
    }

    private long number(Request request) {
        return users.number(Ids.of(request, "id"));
    }

    private Response create(Request request) throws IOException {
        SentJson sent = SentJson.of(request);
        String username = sent.requiredText("username");
        String email = sent.requiredText("email");
        String password = sent.requiredText("password");
        Role role = rules.role(sent.text("role").orElse(Role.READ_ONLY.wireName()));
        Actor actor = audit.actor(request);
        User user = users.create(
                rules.username(username),
                rules.email(email),
                rules.fullName(sent.text("full_name").orElse("")),
                rules.password(password),
                role,
                (handle, created) -> audit.record(
                        handle,
                        actor,
                        AuditAction.USER_CREATE,
                        "user",
                        created.uid(),
                        Map.of("username", username, "role", role.wireName())));
        return Response.json(users.view(user.id()));
    }

    private Response update(Request request) throws IOException {
        long number = number(request);
        SentJson sent = SentJson.of(request);
        Edit edit = new Edit(
                sent.text("email").map(rules::email).orElse(null),
                rules.fullName(sent.text("full_name").orElse("")),
                sent.text("password").map(rules::password).orElse(null),
                sent.text("role").map(rules::role).orElse(null),
                sent.flag("enabled").orElse(null),
                sent.flag("public_dashboard").orElse(null));
        Map<String, Object> details = new LinkedHashMap<>();
        details.put(
                "fields_changed",
                Stream.of("email", "full_name", "password", "role", "enabled", "public_dashboard")
                        .filter(name -> sent.object().hasNonNull(name))
                        .toList());
        if (edit.role() != null) {
            details.put("new_role", edit.role().wireName());
        }
        Actor actor = audit.actor(request);
        users.change(
                number,
                edit,
                null,
                (handle, user) -> audit.record(handle, actor, AuditAction.USER_UPDATE, "user", user.uid(), details));
        return Response.json(users.view(number));
    }

    private Response delete(Request request) {
        Actor actor = audit.actor(request);
        users.delete(
                number(request),
                (handle, user) -> audit.record(
                        handle,
                        actor,
                        AuditAction.USER_DELETE,
                        "user",
                        user.uid(),
                        Map.of("username", user.username())));
        return Response.empty(204);
    }
}
