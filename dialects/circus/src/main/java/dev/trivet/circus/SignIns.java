package dev.trivet.circus;

import dev.trivet.accounts.Authentication;
import dev.trivet.accounts.PasswordSignIn;
import dev.trivet.accounts.Principal;
import dev.trivet.accounts.SignIn;
import dev.trivet.http.Gate;
import dev.trivet.http.Header;
import dev.trivet.http.RateLimit;
import dev.trivet.http.Response;
import dev.trivet.http.SessionCookie;
import dev.trivet.http.SignInWatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Who signed in and who tried to: the audit log, the time of the user's last time, the cookies (spec section 2.2). Thread-safe. */
final class SignIns implements SignInWatch {
    /** Enough for an office behind one address, too few for guessing. */
    private static final int ATTEMPTS_PER_SECOND = 1;

    private static final int ATTEMPTS_AT_ONCE = 60;

    private final Audit audit;
    private final Users users;
    private final SessionCookie ours;
    private final ApiCookie ofPeople;
    private final ApiCookie ofPeopleFromElsewhere;
    private final ApiCookie ofKeys;

    private final Gate attempts = new RateLimit(ATTEMPTS_PER_SECOND, ATTEMPTS_AT_ONCE, System::nanoTime);

    SignIns(Audit audit, Users users, boolean secure) {
        this.audit = Objects.requireNonNull(audit, "audit is null");
        this.users = Objects.requireNonNull(users, "users is null");
        this.ours = new SessionCookie(secure);
        this.ofPeople = new ApiCookie(ApiCookie.USER_SESSION, PasswordSignIn.LIFETIME, true, secure);
        this.ofPeopleFromElsewhere = new ApiCookie(ApiCookie.USER_SESSION, PasswordSignIn.LIFETIME, false, secure);
        this.ofKeys = new ApiCookie(ApiCookie.KEY_SESSION, Duration.ofDays(1), true, secure);
    }

    @Override
    public Optional<Response> refuse(String remoteAddress) {
        return attempts.refuse(remoteAddress);
    }

    @Override
    public void note(String method, String name, SignIn outcome, String address) {
        switch (outcome) {
            case SignIn.Opened(String _, var session) -> {
                Principal who = session.principal();
                if (Persons.is(who)) {
                    users.signedIn(who.userId());
                }
                audit.record(
                        audit.actor(who, address), AuditAction.LOGIN_SUCCESS, method, null, Map.of("method", method));
            }
            case SignIn.Refused(Authentication why) -> {
                String reason = why instanceof Authentication.Suspended ? "disabled" : "unknown";
                failed(method, name, address, reason);
            }
        }
    }

    /** Writes down that somebody was not let in. */
    void failed(String method, String name, String address, String reason) {
        audit.record(
                Actor.anonymous(name, address),
                AuditAction.LOGIN_FAILURE,
                method,
                null,
                Map.of("method", method, "reason", reason));
    }

    @Override
    public List<Header> cookies(String method, String sessionId) {
        return switch (method) {
            case "api_key" -> List.of(ofKeys.set(sessionId));
            case "github" -> List.of(ofPeopleFromElsewhere.set(sessionId));
            default -> List.of(ofPeople.set(sessionId));
        };
    }

    @Override
    public List<Header> cleared() {
        return List.of(ofPeople.clear(), ofKeys.clear());
    }

    /** The answer to who signed in: with the cookies of our pages and of the API, and what changes must send along. */
    Response signedIn(Response answer, String method, SignIn.Opened opened) {
        Response whole = answer.with(ours.set(opened.sessionId()))
                .with("X-CSRF-Token", opened.session().csrfToken());
        for (Header cookie : cookies(method, opened.sessionId())) {
            whole = whole.with(cookie);
        }
        return whole;
    }
}
