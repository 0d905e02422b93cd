package dev.trivet.circus;

import dev.trivet.accounts.AccountException;
import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.PasswordSignIn;
import dev.trivet.http.Cors;
import dev.trivet.http.Gate;
import dev.trivet.http.Header;
import dev.trivet.http.RateLimit;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import dev.trivet.http.SignInWatch;
import dev.trivet.store.Database;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** The part of the dialect that is about people: users, keys, signing in, news, the audit log; and what holds for all requests. */
final class People implements AutoCloseable {
    private static final String API = "/api/v1";
    private static final long BODY_LIMIT = 10L << 20;

    private final PeopleSettings settings;
    private final Audit audit;
    private final SignIns signIns;
    private final GithubRoutes github;
    private final LdapRoutes ldap;
    private final DeclaredPeople declared;
    private final Gate gate;
    private final List<Route> routes;

    People(Database database, Accounts accounts, PasswordSignIn signIn, Rights rights, PeopleSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings is null");
        var rules = new PersonRules(settings.email());
        var users = new Users(database, accounts, signIn.passwords());
        this.audit = new Audit(database);
        var keys = new ApiKeys(database, accounts, audit);
        this.signIns = new SignIns(audit, users, settings.secureCookies());
        this.github = new GithubRoutes(settings.github(), settings.secureCookies(), users, signIn, signIns);
        this.ldap = new LdapRoutes(settings.ldap(), users, signIn, signIns);
        this.declared = new DeclaredPeople(accounts, users, keys, rules, signIn);
        this.gate = settings.rate()
                .<Gate>map(rate -> new RateLimit(rate.perSecond(), rate.burst(), System::nanoTime))
                .orElse(Gate.OPEN);
        MeRoutes.PasswordCheck check = (user, password) -> accounts.user(user)
                .filter(known -> signIn.passwordIs(known, password))
                .isPresent();
        this.routes = Stream.of(
                        new UserRoutes(users, rules, audit, rights).routes(),
                        new MeRoutes(users, keys, rules, check, audit, rights).routes(),
                        new StarRoutes(database).routes(),
                        new ApiKeyRoutes(keys, rules, audit, rights).routes(),
                        new NewsRoutes(database, rights).routes(),
                        github.routes())
                .flatMap(List::stream)
                .map(People::refusing)
                .toList();
    }

    /** Those below {@code /api/v1}. */
    List<Route> routes() {
        return routes;
    }

    /** Those at other places. */
    List<Route> elsewhere() {
        return ldap.routes().stream().map(People::refusing).toList();
    }

    /** For whoever does what is to be written down. */
    Audit audit() {
        return audit;
    }

    /** For the form on our pages. */
    SignInWatch signIns() {
        return signIns;
    }

    /** The groups as the spec wants all of this dialect (section 2.1), and signing in by LDAP. Who watches over the server is never too busy. */
    List<RouteGroup> dressed(List<RouteGroup> groups) {
        var directory = new RouteGroup(
                "/auth/ldap",
                CircusErrors.SHAPE,
                Set.of(),
                elsewhere(),
                groups.isEmpty() ? Cors.NONE : groups.getFirst().cors());
        return Stream.concat(groups.stream(), Stream.of(directory))
                .map(group -> group.prefix().equals(API) ? api(group) : group)
                .map(group -> group.withHeaders(
                                List.of(new Header("Referrer-Policy", "strict-origin-when-cross-origin")))
                        .behind(group.prefix().equals("/health") ? Gate.OPEN : gate))
                .toList();
    }

    /** Brings about what the configuration declares. */
    void start() {
        declared.apply(settings.declared());
    }

    private RouteGroup api(RouteGroup group) {
        return group.withCookies(Set.of(ApiCookie.USER_SESSION, ApiCookie.KEY_SESSION))
                .withRoutes(group.routes().stream()
                        .map(route ->
                                route.bodyLimit() == Route.DEFAULT_BODY_LIMIT ? route.withBodyLimit(BODY_LIMIT) : route)
                        .map(route -> settings.readsNeedCredential() ? OpenReads.closed(route) : route)
                        .toList());
    }

    private static Route refusing(Route route) {
        return route.withHandler(request -> {
            try {
                return route.handler().handle(request);
            } catch (AccountException refusal) {
                throw CircusErrors.refused(refusal);
            }
        });
    }

    @Override
    public void close() {
        github.close();
    }
}
