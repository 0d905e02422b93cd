package dev.trivet.http;

import dev.trivet.accounts.Authentication;
import dev.trivet.accounts.Principal;
import dev.trivet.accounts.Session;
import dev.trivet.http.Problem.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;

/** Finds out who calls and whether they may. */
final class Doorman {
    private static final Header CHALLENGE = new Header("WWW-Authenticate", "Bearer realm=\"trivet\"");

    /** Cookies of our names that are looked at: each costs a query. */
    private static final int MOST_COOKIES = 4;

    private final Identities identities;
    private final String cookieName;

    Doorman(Identities identities, SessionCookie cookie) {
        this.identities = identities;
        this.cookieName = cookie.name();
    }

    /**
     * Lets the caller in.
     *
     * @throws HttpException 401 or 403 otherwise
     */
    Caller admit(RouteGroup group, Route route, org.eclipse.jetty.server.Request request) {
        Caller caller = identify(group, route.access(), request);
        check(route.access(), caller);
        if (!route.method().isSafe() && group.credentials().contains(CredentialKind.SESSION)) {
            refuseForeignSites(caller, request);
        }
        return caller;
    }

    /** True if the request must carry the session's CSRF token: it changes something in the name of a session. */
    static boolean needsCsrfToken(Route route, Caller caller) {
        return caller instanceof Caller.BySession
                && !route.method().isSafe()
                && !(route.access() instanceof Access.Public);
    }

    /**
     * Compares the CSRF token.
     *
     * @throws HttpException 403 if it is missing or another
     */
    static void checkCsrfToken(Session session, Optional<String> shown) {
        boolean same = MessageDigest.isEqual(
                session.csrfToken().getBytes(StandardCharsets.UTF_8),
                shown.orElse("").getBytes(StandardCharsets.UTF_8));
        if (!same) {
            throw HttpException.of(
                    Kind.FORGED,
                    (shown.isEmpty() ? "the request carries no CSRF token" : "the CSRF token is not this session's")
                            + ": load the page again and repeat");
        }
    }

    private Caller identify(RouteGroup group, Access access, org.eclipse.jetty.server.Request request) {
        boolean lenient = access instanceof Access.Public(boolean ignoreBad) && ignoreBad;
        boolean onlyBearer = group.credentials().contains(CredentialKind.BEARER);
        if (onlyBearer || group.credentials().contains(CredentialKind.TOKEN)) {
            List<String> headers = request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION);
            if (!headers.isEmpty()) {
                try {
                    return new Caller.ByToken(byToken(headers, onlyBearer));
                } catch (HttpException e) {
                    if (!lenient) {
                        throw e;
                    }
                }
            }
        }
        return group.credentials().contains(CredentialKind.SESSION)
                ? bySession(group, request)
                : new Caller.Anonymous();
    }

    private Principal byToken(List<String> headers, boolean onlyBearer) {
        String[] words = headers.getFirst().split(" ", -1);
        boolean readable = headers.size() == 1 && words.length == 2 && !words[1].isEmpty();
        boolean spelled = onlyBearer
                ? words[0].equals("Bearer")
                : words[0].equalsIgnoreCase("token") || words[0].equalsIgnoreCase("bearer");
        if (!readable || !spelled) {
            throw unauthorized(
                    Kind.MALFORMED_CREDENTIAL,
                    "the Authorization header should be two words, 'Bearer TOKEN'"
                            + (onlyBearer ? "" : " or 'token TOKEN'"));
        }
        return switch (identities.byToken(words[1])) {
            case Authentication.Authenticated(Principal principal) -> principal;
            case Authentication.Unknown() ->
                throw unauthorized(Kind.UNKNOWN_TOKEN, "the token is not known here; check it or create a new one");
            case Authentication.Expired(var since) ->
                throw unauthorized(Kind.EXPIRED_TOKEN, "the token expired at " + since + "; create a new one");
            case Authentication.Revoked(var since) ->
                throw unauthorized(Kind.REVOKED_TOKEN, "the token was revoked at " + since + "; create a new one");
            case Authentication.Suspended(String username) ->
                throw HttpException.of(
                        Kind.SUSPENDED_USER, "the user " + username + " is suspended; ask an administrator");
        };
    }

    private Caller bySession(RouteGroup group, org.eclipse.jetty.server.Request request) {
        return org.eclipse.jetty.server.Request.getCookies(request).stream()
                .filter(cookie ->
                        cookie.getName().equals(cookieName) || group.cookies().contains(cookie.getName()))
                .map(HttpCookie::getValue)
                .distinct()
                .limit(MOST_COOKIES)
                .map(identities::bySession)
                .flatMap(Optional::stream)
                .findFirst()
                .<Caller>map(Caller.BySession::new)
                .orElseGet(Caller.Anonymous::new);
    }

    private static void check(Access access, Caller caller) {
        switch (access) {
            case Access.Public open -> {}
            case Access.Authenticated() -> known(caller);
            case Access.Granted(var grant) -> {
                if (!known(caller).allows(grant)) {
                    throw HttpException.of(
                            Kind.MISSING_GRANT, "the token lacks the grant " + grant + "; create one that has it");
                }
            }
            case Access.Administrator() -> {
                if (!known(caller).mayAdminister()) {
                    throw HttpException.of(
                            Kind.NOT_ADMINISTRATOR,
                            "only an administrator with a token for everything (*) may do this");
                }
            }
            case Access.Ruled(String needed, var rule) -> {
                if (!rule.test(known(caller))) {
                    throw HttpException.of(Kind.MISSING_GRANT, "this needs " + needed);
                }
            }
            case Access.SignedIn() -> {
                if (!(caller instanceof Caller.BySession)) {
                    throw HttpException.of(Kind.NO_CREDENTIAL, "sign in first");
                }
            }
        }
    }

    private static Principal known(Caller caller) {
        return caller.known()
                .orElseThrow(() -> unauthorized(
                        Kind.NO_CREDENTIAL, "a token is needed: send the header 'Authorization: Bearer TOKEN'"));
    }

    /** Browsers say where a request comes from; another site's form must not act, not even before there is a session. */
    private static void refuseForeignSites(Caller caller, org.eclipse.jetty.server.Request request) {
        String site = request.getHeaders().get("Sec-Fetch-Site");
        boolean foreign = site != null && !site.equals("same-origin") && !site.equals("none");
        if (foreign && !(caller instanceof Caller.ByToken)) {
            throw HttpException.of(Kind.FORGED, "the request comes from another site");
        }
    }

    private static HttpException unauthorized(Kind kind, String reason) {
        return new HttpException(Problem.of(kind, reason).with(CHALLENGE));
    }
}
