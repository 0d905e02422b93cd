package dev.trivet.web;

import dev.trivet.accounts.Authentication;
import dev.trivet.accounts.Session;
import dev.trivet.accounts.SignIn;
import dev.trivet.http.Access;
import dev.trivet.http.Header;
import dev.trivet.http.HttpException;
import dev.trivet.http.Problem;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Signing in with a name and a password or with a token, and out. Clients of Circus send an API key as {@code api_key} and expect its answers
 * (spec circus section 2.2). Thread-safe.
 */
final class SignInRoutes {
    private static final int LONGEST_FORM = 16 * 1024;

    private final Entrance entrance;
    private final Templates templates;
    private final Frames frames;

    SignInRoutes(Entrance entrance, Templates templates, Frames frames) {
        this.entrance = Objects.requireNonNull(entrance, "entrance is null");
        this.templates = Objects.requireNonNull(templates, "templates is null");
        this.frames = Objects.requireNonNull(frames, "frames is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get("/login", Access.PUBLIC_LENIENT, this::form),
                Route.post("/login", Access.PUBLIC_LENIENT, this::signIn).withBodyLimit(LONGEST_FORM),
                // Who is not signed in any more may still have cookies to get rid of.
                Route.post("/logout", Access.PUBLIC_LENIENT, this::signOut).withBodyLimit(LONGEST_FORM));
    }

    private Response form(Request request) {
        String returnTo = returnTo(request.query().first("return_to"));
        return request.session().isPresent() ? Response.seeOther(returnTo) : form(200, returnTo, "");
    }

    private Response signIn(Request request) throws IOException {
        String returnTo = returnTo(request.form().first("return_to"));
        if (entrance.watch().refuse(request.remoteAddress()).isPresent()) {
            return form(429, returnTo, "Too many attempts from your address. Wait a moment.")
                    .with("Retry-After", "1");
        }
        if (request.form().first("username").isPresent()
                || request.form().first("password").isPresent()) {
            return withPassword(request, returnTo);
        }
        Optional<String> key = request.form().first("api_key").map(String::strip);
        if (key.isPresent()) {
            return withKey(request, key.get(), returnTo);
        }
        String token = request.form().first("token").orElse("").strip();
        if (token.isEmpty()) {
            return form(400, returnTo, "Enter a token.");
        }
        return switch (outcome(request, "token", "", entrance.sessions().signIn(token))) {
            case SignIn.Opened opened -> signedIn(returnTo, "token", opened);
            case SignIn.Refused(Authentication why) -> form(403, returnTo, problem(why));
        };
    }

    private Response withPassword(Request request, String returnTo) throws IOException {
        String username = request.form().first("username").orElse("").strip();
        String password = request.form().first("password").orElse("");
        SignIn outcome =
                outcome(request, "password", username, entrance.passwords().signIn(username, password));
        return outcome instanceof SignIn.Opened opened
                ? signedIn(returnTo, "password", opened)
                : form(401, returnTo, "Invalid user name or password, or the user is disabled.");
    }

    private Response withKey(Request request, String key, String returnTo) {
        if (key.isEmpty()) {
            return form(200, returnTo, "An API key is required.");
        }
        SignIn outcome = outcome(request, "api_key", "", entrance.sessions().signIn(key));
        return outcome instanceof SignIn.Opened opened
                ? signedIn(returnTo, "api_key", opened)
                : form(200, returnTo, "Invalid API key.");
    }

    private SignIn outcome(Request request, String method, String name, SignIn outcome) {
        entrance.watch().note(method, name, outcome, request.remoteAddress());
        return outcome;
    }

    private Response signedIn(String returnTo, String method, SignIn.Opened opened) {
        Response answer = Response.seeOther(returnTo).with(entrance.cookie().set(opened.sessionId()));
        for (Header further : entrance.watch().cookies(method, opened.sessionId())) {
            answer = answer.with(further);
        }
        return answer;
    }

    private Response signOut(Request request) throws IOException {
        if (request.session().isPresent()) {
            checkForm(request, request.session().get());
            request.cookie(entrance.cookie().name()).ifPresent(entrance.sessions()::signOut);
        }
        Response answer = Response.seeOther("/").with(entrance.cookie().clear());
        for (Header further : entrance.watch().cleared()) {
            answer = answer.with(further);
        }
        return answer;
    }

    private static void checkForm(Request request, Session session) throws IOException {
        String shown = request.header("X-CSRF-Token")
                .or(() -> field(request, "csrf_token"))
                .or(() -> field(request, "_csrf_token"))
                .orElse("");
        if (!MessageDigest.isEqual(
                shown.getBytes(StandardCharsets.UTF_8), session.csrfToken().getBytes(StandardCharsets.UTF_8))) {
            throw HttpException.of(Problem.Kind.FORGED, "the form is of another session; load the page again");
        }
    }

    private static Optional<String> field(Request request, String name) {
        try {
            return request.form().first(name);
        } catch (IOException e) {
            return Optional.empty();
        }
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
