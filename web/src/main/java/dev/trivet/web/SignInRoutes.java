package dev.trivet.web;

import dev.trivet.accounts.Authentication;
import dev.trivet.accounts.Sessions;
import dev.trivet.accounts.SignIn;
import dev.trivet.http.Access;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.http.SessionCookie;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Signing in with a token, and out. Thread-safe. */
final class SignInRoutes {
    private static final int LONGEST_FORM = 16 * 1024;

    private final Sessions sessions;
    private final SessionCookie cookie;
    private final Templates templates;
    private final Frames frames;

    SignInRoutes(Sessions sessions, SessionCookie cookie, Templates templates, Frames frames) {
        this.sessions = Objects.requireNonNull(sessions, "sessions is null");
        this.cookie = Objects.requireNonNull(cookie, "cookie is null");
        this.templates = Objects.requireNonNull(templates, "templates is null");
        this.frames = Objects.requireNonNull(frames, "frames is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get("/login", Access.PUBLIC_LENIENT, this::form),
                Route.post("/login", Access.PUBLIC_LENIENT, this::signIn).withBodyLimit(LONGEST_FORM),
                Route.post("/logout", Access.SESSION, this::signOut).withBodyLimit(LONGEST_FORM));
    }

    private Response form(Request request) {
        String returnTo = returnTo(request.query().first("return_to"));
        return request.session().isPresent() ? Response.seeOther(returnTo) : form(200, returnTo, "");
    }

    private Response signIn(Request request) throws IOException {
        String returnTo = returnTo(request.form().first("return_to"));
        String token = request.form().first("token").orElse("").strip();
        if (token.isEmpty()) {
            return form(400, returnTo, "Enter a token.");
        }
        return switch (sessions.signIn(token)) {
            case SignIn.Opened(String id, var session) ->
                Response.seeOther(returnTo).with(cookie.set(id));
            case SignIn.Refused(Authentication why) -> form(403, returnTo, problem(why));
        };
    }

    private Response signOut(Request request) {
        request.cookie(cookie.name()).ifPresent(sessions::signOut);
        return Response.seeOther("/").with(cookie.clear());
    }

    private Response form(int status, String returnTo, String problem) {
        return Response.html(
                status, templates.login(frames.of("Sign in", Viewer.ANYBODY, returnTo, 0), returnTo, problem));
    }

    private static String returnTo(Optional<String> wanted) {
        String path = LocalPath.orStart(wanted.orElse("/"));
        return path.startsWith("/login") || path.startsWith("/logout") ? "/" : path;
    }

    private static String problem(Authentication why) {
        return switch (why) {
            case Authentication.Authenticated authenticated -> "Sign in again.";
            case Authentication.Unknown() -> "This token is not known here. Check that it was copied whole.";
            case Authentication.Expired(var since) -> "This token expired on " + since + ". Create a new one.";
            case Authentication.Revoked(var since) -> "This token was revoked on " + since + ". Create a new one.";
            case Authentication.Suspended(String user) -> "The user " + user + " is suspended. Ask an administrator.";
        };
    }
}
