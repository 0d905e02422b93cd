package dev.trivet.circus;

import dev.trivet.accounts.PasswordSignIn;
import dev.trivet.accounts.SignIn;
import dev.trivet.accounts.User;
import dev.trivet.accounts.UserRegistry.Fresh;
import dev.trivet.circus.LdapDirectory.Answer;
import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signing in with the password of a directory (spec section 2.2). Refusals have no body. */
final class LdapRoutes {
    private static final Logger log = LoggerFactory.getLogger(LdapRoutes.class);
    private static final String METHOD = "ldap";
    private static final int LONGEST = 255;
    private static final int LONGEST_NAME = 48;
    private static final long BODY = 16 << 10;

    private final Optional<LdapDirectory> directory;
    private final Users users;
    private final PasswordSignIn sessions;
    private final SignIns signIns;

    LdapRoutes(Optional<LdapSettings> settings, Users users, PasswordSignIn sessions, SignIns signIns) {
        this.directory = settings.map(LdapDirectory::new);
        this.users = Objects.requireNonNull(users, "users is null");
        this.sessions = Objects.requireNonNull(sessions, "sessions is null");
        this.signIns = Objects.requireNonNull(signIns, "signIns is null");
    }

    List<Route> routes() {
        return List.of(Route.post("/auth/ldap", Access.PUBLIC_LENIENT, this::signIn)
                .withBodyLimit(BODY)
                .describedAs(Description.of("Authenticate via LDAP bind (sets session cookie)")
                        .in("auth")
                        .failing(400, 401, 404, 503)));
    }

    private Response signIn(Request request) throws IOException {
        Optional<Response> refused = signIns.refuse(request.remoteAddress());
        if (refused.isPresent()) {
            return refused.get();
        }
        SentJson sent = SentJson.of(request);
        String username = sent.requiredText("username").strip();
        String password = sent.requiredText("password");
        // Directories take a bind without a password for one of nobody, and agree.
        if (username.isEmpty() || username.length() > LONGEST || password.isBlank()) {
            return Response.empty(400);
        }
        if (directory.isEmpty()) {
            return Response.empty(404);
        }
        return switch (directory.get().ask(username, password)) {
            case Answer.Known(String subject) -> known(request, username, subject);
            case Answer.Rejected(int code) -> {
                signIns.failed(METHOD, username, request.remoteAddress(), "rejected, rc " + code);
                yield Response.empty(401);
            }
            case Answer.Unreachable(String why) -> {
                log.warn("The LDAP directory cannot be asked whether {} may sign in: {}", username, why);
                signIns.failed(METHOD, username, request.remoteAddress(), "unreachable");
                yield Response.empty(503).with("Retry-After", "5");
            }
        };
    }

    private Response known(Request request, String username, String subject) {
        String name = username.replaceAll("[^a-zA-Z0-9_-]", "-");
        String plain = name.substring(0, Math.min(name.length(), LONGEST_NAME)).toLowerCase(Locale.ROOT) + "_ldap";
        String address = plain + "@ldap.local";
        User user = users.vouchedFor(
                METHOD,
                subject,
                new Fresh(plain, address, null, null, false),
                Subjects.address(subject, "ldap.local"),
                false);
        SignIn outcome = sessions.open(user);
        signIns.note(METHOD, username, outcome, request.remoteAddress());
        return outcome instanceof SignIn.Opened opened
                ? signIns.signedIn(Response.empty(200), METHOD, opened)
                : Response.empty(401);
    }
}
