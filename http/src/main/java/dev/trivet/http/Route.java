package dev.trivet.http;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One line of the route table.
 *
 * @param method GET answers HEAD too
 * @param pattern its path
 * @param access who may call it
 * @param handler what it does
 * @param bodyLimit most bytes of a request body; more is answered 413
 * @param description for the OpenAPI document; a route without is left out there
 */
public record Route(
        Method method,
        PathPattern pattern,
        Access access,
        Handler handler,
        long bodyLimit,
        @Nullable Description description) {
    /** The body limit of a route that does not name one: 1 MiB. */
    public static final long DEFAULT_BODY_LIMIT = 1L << 20;

    public Route {
        Objects.requireNonNull(method, "method is null");
        Objects.requireNonNull(pattern, "pattern is null");
        Objects.requireNonNull(access, "access is null");
        Objects.requireNonNull(handler, "handler is null");
        if (bodyLimit < 0) {
            throw new IllegalArgumentException("a body limit is not negative: " + bodyLimit);
        }
    }

    public static Route get(String pattern, Access access, Handler handler) {
        return of(Method.GET, pattern, access, handler);
    }

    public static Route post(String pattern, Access access, Handler handler) {
        return of(Method.POST, pattern, access, handler);
    }

    public static Route put(String pattern, Access access, Handler handler) {
        return of(Method.PUT, pattern, access, handler);
    }

    public static Route patch(String pattern, Access access, Handler handler) {
        return of(Method.PATCH, pattern, access, handler);
    }

    public static Route delete(String pattern, Access access, Handler handler) {
        return of(Method.DELETE, pattern, access, handler);
    }

    /** A route with the default body limit and no description. */
    public static Route of(Method method, String pattern, Access access, Handler handler) {
        return new Route(method, PathPattern.parse(pattern), access, handler, DEFAULT_BODY_LIMIT, null);
    }

    /** This route with another body limit, in bytes. */
    public Route withBodyLimit(long bytes) {
        return new Route(method, pattern, access, handler, bytes, description);
    }

    /** This route with another handler. */
    public Route withHandler(Handler other) {
        return new Route(method, pattern, access, other, bodyLimit, description);
    }

    /** This route as the OpenAPI document names it. */
    public Route describedAs(String summary) {
        return describedAs(Description.of(summary));
    }

    /** This route as the OpenAPI document names it. */
    public Route describedAs(Description other) {
        return new Route(method, pattern, access, handler, bodyLimit, other);
    }

    /** {@code GET /path}. */
    @Override
    public String toString() {
        return method + " " + pattern;
    }
}
