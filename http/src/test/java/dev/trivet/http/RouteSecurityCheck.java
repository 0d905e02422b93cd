package dev.trivet.http;

import dev.trivet.accounts.Grant;
import dev.trivet.accounts.GrantLevel;
import dev.trivet.accounts.Grants;
import dev.trivet.accounts.Principal;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Calls every route of a table in every role and reports each that lets somebody through who must not pass, or keeps somebody out who must.
 * Handlers are replaced by one that only says that it was reached, so nothing is changed and no database is needed; routes, access rules,
 * credentials and CSRF protection are the real ones. Use it as {@code assertThat(RouteSecurityCheck.of(routes)).isEmpty()}.
 */
public final class RouteSecurityCheck {
    private static final String REACHED = "the handler was reached";

    private final List<String> findings = new ArrayList<>();
    private final LiveServer live;
    private final TestIdentities identities;
    private final Map<String, Role> roles = new LinkedHashMap<>();

    private RouteSecurityCheck(LiveServer live, TestIdentities identities, Set<String> dialects) {
        this.live = live;
        this.identities = identities;
        roles.put("anonymous", new Role("anonymous", List.of(), null, false, false));
        roles.put("with an unknown token", token("unknown", null, false));
        roles.put("with an expired token", token("expired", null, false));
        roles.put("with a revoked token", token("revoked", null, false));
        roles.put("suspended", token("suspended", null, false));
        roles.put(
                "with a malformed header",
                new Role("malformed", List.of("Authorization", "admin"), null, false, false));
        roles.put("known without a grant", token("nothing", Grants.NONE, false));
        roles.put("reader", token("reader", grants(dialects, GrantLevel.READ), false));
        roles.put("of another dialect", token("other", Grants.parse("another/*:write"), false));
        roles.put("user", token("user", Grants.ALL, false));
        roles.put("administrator with a narrowed token", token("narrowed", grants(dialects, GrantLevel.WRITE), false));
        roles.put("administrator", token("admin", Grants.ALL, true));
        roles.put("a runner", token("runner", null, false));
        roles.put("signed in", session("user", "csrf-user", Grants.ALL));
        roles.put("signed in without CSRF token", session("user", null, Grants.ALL));
        roles.put("signed in with another's CSRF token", session("user", "csrf-admin", Grants.ALL));
        roles.put(
                "with an unknown session",
                new Role("forged", List.of("Cookie", "trivet_session=forged"), null, false, false));
    }

    /** What is wrong with the table; empty if nothing is. */
    public static List<String> of(Routes routes) {
        Set<String> dialects = new TreeSet<>();
        routes.stream().forEach(route -> {
            if (route.access() instanceof Access.Granted(Grant grant)) {
                dialects.add(grant.dialect());
            }
        });
        TestIdentities identities = new TestIdentities()
                .with("nothing", false, Grants.NONE)
                .with("reader", false, grants(dialects, GrantLevel.READ))
                .with("other", false, Grants.parse("another/*:write"))
                .with("user", false, Grants.ALL)
                .with("narrowed", true, grants(dialects, GrantLevel.WRITE));
        Routes harmless = routes.map(route -> route.withHandler(request -> Response.text(REACHED)));
        try (LiveServer live = LiveServer.of(harmless, identities)) {
            RouteSecurityCheck check = new RouteSecurityCheck(live, identities, dialects);
            harmless.groups().forEach(group -> group.routes().forEach(route -> check.check(group, route)));
            return check.findings;
        }
    }

    /** The routes open to everybody, as {@code GET /path}, sorted: for a test that spells them out, so that none opens by accident. */
    public static List<String> openRoutes(Routes routes) {
        return routes.stream()
                .filter(route -> route.access() instanceof Access.Public)
                .map(Route::toString)
                .sorted()
                .toList();
    }

    private void check(RouteGroup group, Route route) {
        roles.forEach((name, role) -> {
            boolean expected = mayPass(group, route, role);
            HttpResponse<String> answer = live.send(
                    route.method().name(),
                    example(route.pattern()),
                    BodyPublishers.noBody(),
                    role.headers().toArray(new String[0]));
            boolean reached = answer.body().equals(REACHED);
            if (reached != expected) {
                findings.add(route + " (" + route.access() + ") " + (reached ? "lets through" : "keeps out")
                        + " who is " + name + ": " + answer.statusCode());
            } else if (!reached && answer.statusCode() < 300) {
                findings.add(route + " keeps out who is " + name + ", but answers " + answer.statusCode());
            }
        });
    }

    private boolean mayPass(RouteGroup group, Route route, Role role) {
        boolean token = role.isToken()
                && (group.credentials().contains(CredentialKind.TOKEN)
                        || group.credentials().contains(CredentialKind.BEARER));
        boolean session = role.isSession() && group.credentials().contains(CredentialKind.SESSION);
        Grants grants = token || session ? role.grants() : null;
        boolean refused = token && role.grants() == null;
        boolean forged = session && !route.method().isSafe() && !role.proven();
        return switch (route.access()) {
            case Access.Public(boolean lenient) -> lenient || !refused;
            case Access.Authenticated() -> grants != null && !forged;
            case Access.Granted(Grant needed) -> grants != null && grants.allows(needed) && !forged;
            case Access.Administrator() -> grants != null && role.proven() && role.isAdministrator() && !forged;
            case Access.Ruled(String needed, var rule) ->
                grants != null && !forged && rule.test(role.principal(identities));
            case Access.Runner() -> role.headers().contains("Bearer runner");
            case Access.SignedIn() -> session && grants != null && !forged;
        };
    }

    private static Grants grants(Set<String> dialects, GrantLevel level) {
        return Grants.of(dialects.stream()
                .map(dialect -> new Grant(dialect, Grant.EVERY_SCOPE, level))
                .toArray(Grant[]::new));
    }

    /** A path that the pattern takes. */
    private static String example(PathPattern pattern) {
        return pattern.toString().replaceAll("\\{[^}]*}", "1");
    }

    private static Role token(String text, Grants grants, boolean administrator) {
        return new Role(text, List.of("Authorization", "Bearer " + text), grants, true, administrator);
    }

    private static Role session(String id, String csrfToken, Grants grants) {
        List<String> headers = new ArrayList<>(List.of("Cookie", "trivet_session=" + id));
        if (csrfToken != null) {
            headers.addAll(List.of("X-CSRF-Token", csrfToken));
        }
        return new Role(id, headers, grants, ("csrf-" + id).equals(csrfToken), false);
    }

    /**
     * @param name of the user
     * @param grants what the credential allows, null if it is none that counts
     * @param proven for tokens always; for sessions if the CSRF token is right
     */
    private record Role(String name, List<String> headers, Grants grants, boolean proven, boolean isAdministrator) {
        Principal principal(TestIdentities identities) {
            return identities
                    .bySession(name)
                    .orElseThrow(() -> new IllegalStateException("no user " + name))
                    .principal();
        }

        boolean isToken() {
            return headers.contains("Authorization");
        }

        boolean isSession() {
            return headers.contains("Cookie") && grants != null;
        }
    }
}
