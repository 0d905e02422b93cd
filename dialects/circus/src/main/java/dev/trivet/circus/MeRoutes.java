package dev.trivet.circus;

import dev.trivet.accounts.Principal;
import dev.trivet.accounts.Session;
import dev.trivet.circus.Users.Edit;
import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Who one is (spec section 2.9). */
final class MeRoutes {
    private static final String ME = "/api/v1/me";

    /** Whether a user has this password. */
    @FunctionalInterface
    interface PasswordCheck {
        boolean is(long userId, String password);
    }

    private final Users users;
    private final ApiKeys keys;
    private final PersonRules rules;
    private final PasswordCheck passwords;
    private final Audit audit;
    private final Rights rights;

    MeRoutes(Users users, ApiKeys keys, PersonRules rules, PasswordCheck passwords, Audit audit, Rights rights) {
        this.users = Objects.requireNonNull(users, "users is null");
        this.keys = Objects.requireNonNull(keys, "keys is null");
        this.rules = Objects.requireNonNull(rules, "rules is null");
        this.passwords = Objects.requireNonNull(passwords, "passwords is null");
        this.audit = Objects.requireNonNull(audit, "audit is null");
        this.rights = Objects.requireNonNull(rights, "rights is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get(ME, Access.AUTHENTICATED, this::show).describedAs(described("Get the current user")),
                Route.put(ME, Access.AUTHENTICATED, this::update)
                        .describedAs(described("Update the current user").failing(400, 409)),
                Route.post(ME + "/password", Access.AUTHENTICATED, this::changePassword)
                        .describedAs(described("Change the current user's password")
                                .answering(204)
                                .failing(400)));
    }

    private static Description described(String summary) {
        return Description.of(summary).in("me").failing(401);
    }

    private Response show(Request request) {
        Principal me = request.requirePrincipal();
        Response answer = Response.json(Persons.is(me) ? users.view(me.userId()) : keys.asUser(me, rights.of(me)));
        // What scripts of ours must send back with each change.
        Optional<Session> session = request.session();
        return session.isPresent() ? answer.with("X-CSRF-Token", session.get().csrfToken()) : answer;
    }

    private Response update(Request request) throws IOException {
        Principal me = Persons.of(request);
        SentJson sent = SentJson.of(request);
        Edit edit = new Edit(
                sent.text("email").map(rules::email).orElse(null),
                rules.fullName(sent.text("full_name").orElse("")),
                null,
                null,
                null,
                sent.flag("public_dashboard").orElse(null));
        List<String> changed = Stream.of("email", "full_name", "public_dashboard")
                .filter(name -> sent.object().hasNonNull(name))
                .toList();
        Actor actor = audit.actor(request);
        users.change(
                me.userId(),
                edit,
                null,
                (handle, user) -> audit.record(
                        handle, actor, AuditAction.USER_UPDATE, "user", user.uid(), Map.of("fields_changed", changed)));
        return Response.json(users.view(me.userId()));
    }

    private Response changePassword(Request request) throws IOException {
        Principal me = Persons.of(request);
        SentJson sent = SentJson.of(request);
        String current = sent.requiredText("current_password");
        String next = sent.requiredText("new_password");
        if (!passwords.is(me.userId(), current)) {
            throw CircusErrors.of(ErrorCode.UNAUTHORIZED, "the current password is another, or there is none");
        }
        Edit edit = new Edit(null, null, rules.password(next), null, null, null);
        Actor actor = audit.actor(request);
        users.change(
                me.userId(),
                edit,
                me.tokenId(),
                (handle, user) ->
                        audit.record(handle, actor, AuditAction.USER_PASSWORD_CHANGE, "user", user.uid(), Map.of()));
        return Response.empty(204);
    }
}
