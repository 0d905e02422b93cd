package dev.trivet.http;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Routes below one prefix that tell errors in one shape and accept the same kinds of credentials. Errors of paths below the prefix that no
 * route has are told in its shape too; of several prefixes that fit, the longest counts.
 *
 * @param prefix begins with a slash, whole segments, no slash at the end; {@code /} for everything that no other group has
 * @param errors the shape of errors
 * @param credentials the kinds of credentials that are looked at
 * @param routes all begin with the prefix
 * @param cors which other sites' scripts may call them
 * @param cookies names under which a session's id is looked for besides the server's own
 * @param headers of every answer
 * @param gate turns requests away before anybody looks at them
 */
public record RouteGroup(
        String prefix,
        ErrorShape errors,
        Set<CredentialKind> credentials,
        List<Route> routes,
        Cors cors,
        Set<String> cookies,
        List<Header> headers,
        Gate gate) {
    /** Routes that no other site's scripts may call. */
    public RouteGroup(String prefix, ErrorShape errors, Set<CredentialKind> credentials, List<Route> routes) {
        this(prefix, errors, credentials, routes, Cors.NONE);
    }

    /** Routes that some other sites' scripts may call. */
    public RouteGroup(
            String prefix, ErrorShape errors, Set<CredentialKind> credentials, List<Route> routes, Cors cors) {
        this(prefix, errors, credentials, routes, cors, Set.of(), List.of(), Gate.OPEN);
    }

    public RouteGroup {
        Objects.requireNonNull(cors, "cors is null");
        Objects.requireNonNull(errors, "errors is null");
        Objects.requireNonNull(gate, "gate is null");
        cookies = Set.copyOf(cookies);
        headers = List.copyOf(headers);
        credentials = Set.copyOf(credentials);
        routes = List.copyOf(routes);
        if (!prefix.startsWith("/") || (prefix.length() > 1 && prefix.endsWith("/"))) {
            throw new IllegalArgumentException("a prefix begins with / and does not end with it: " + prefix);
        }
        for (Route route : routes) {
            if (!covers(prefix, route.pattern().toString())) {
                throw new IllegalArgumentException(route + " is not below its group's prefix " + prefix);
            }
        }
    }

    /** This group with other routes. */
    public RouteGroup withRoutes(List<Route> others) {
        return new RouteGroup(prefix, errors, credentials, others, cors, cookies, headers, gate);
    }

    /** This group, where sessions are looked for in these cookies too. */
    public RouteGroup withCookies(Set<String> names) {
        return new RouteGroup(prefix, errors, credentials, routes, cors, names, headers, gate);
    }

    /** This group with these headers in every answer. */
    public RouteGroup withHeaders(List<Header> ofEveryAnswer) {
        return new RouteGroup(prefix, errors, credentials, routes, cors, cookies, ofEveryAnswer, gate);
    }

    /** This group behind that gate. */
    public RouteGroup behind(Gate other) {
        return new RouteGroup(prefix, errors, credentials, routes, cors, cookies, headers, other);
    }

    /** True if the path is the prefix or below it. */
    boolean covers(String path) {
        return covers(prefix, path);
    }

    private static boolean covers(String prefix, String path) {
        return prefix.equals("/")
                || (path.startsWith(prefix)
                        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/'));
    }
}
