package dev.trivet.http;

import java.util.List;
import java.util.Objects;

/** Ends a request with a {@link Problem}. Cheap: it has no stack trace. */
public final class HttpException extends RuntimeException {
    private final Problem problem;

    public HttpException(Problem problem) {
        super(problem.status() + " " + problem.reason(), null, false, false);
        this.problem = Objects.requireNonNull(problem, "problem is null");
    }

    public Problem problem() {
        return problem;
    }

    /** A problem of this kind with its usual status. */
    public static HttpException of(Problem.Kind kind, String reason) {
        return new HttpException(Problem.of(kind, reason));
    }

    /** 400: the request cannot be understood. */
    public static HttpException badRequest(String reason) {
        return of(Problem.Kind.BAD_REQUEST, reason);
    }

    /** 400: one input is wrong. */
    public static HttpException field(String field, String reason) {
        return validation(List.of(new Problem.Detail(field, reason)));
    }

    /** 400: these inputs are wrong; at least one. */
    public static HttpException validation(List<Problem.Detail> details) {
        return new HttpException(new Problem(Problem.Kind.VALIDATION, 400, null, details, List.of()));
    }

    /** 403: known, but not for this. */
    public static HttpException forbidden(String reason) {
        return of(Problem.Kind.FORBIDDEN, reason);
    }

    /** 404: nothing there, or nothing the caller may see. */
    public static HttpException notFound(String reason) {
        return of(Problem.Kind.NOT_FOUND, reason);
    }

    /** 409: the state of the thing does not allow it. */
    public static HttpException conflict(String reason) {
        return of(Problem.Kind.CONFLICT, reason);
    }
}
