package dev.trivet.circus;

import dev.trivet.accounts.AccountException;
import dev.trivet.http.ErrorShape;
import dev.trivet.http.HttpException;
import dev.trivet.http.Problem;
import dev.trivet.http.Problem.Kind;
import dev.trivet.http.Response;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How this dialect tells errors (spec section 2.1): {@code {"error", "error_code"}}. Clients of Circus find empty bodies where a credential
 * or a role is missing, and texts where a path or a query cannot be read; here these have the same JSON, which such clients do not look at.
 */
public final class CircusErrors {
    /** The shape. */
    public static final ErrorShape SHAPE = (problem, exchange) -> {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("error", text(problem));
        body.put(
                "error_code",
                problem.code() != null ? problem.code() : code(problem.kind()).name());
        return Response.json(problem.status(), body);
    };

    private CircusErrors() {}

    /** An error with one of the codes. */
    public static HttpException of(ErrorCode code, String message) {
        return new HttpException(
                Problem.of(kind(code), message).withStatus(code.status()).withCode(code.name()));
    }

    /** 404: {@code what} "not found". */
    public static HttpException notFound(String what) {
        return of(ErrorCode.NOT_FOUND, what + " not found");
    }

    /** 400 about one field: "field: reason". */
    public static HttpException invalid(String field, String reason) {
        return of(ErrorCode.VALIDATION_ERROR, field + ": " + reason);
    }

    /** 409. */
    public static HttpException conflict(String message) {
        return of(ErrorCode.CONFLICT, message);
    }

    /** A change of accounts that was refused. */
    public static HttpException refused(AccountException refusal) {
        ErrorCode code = switch (refusal.reason()) {
            case BAD_INPUT -> ErrorCode.VALIDATION_ERROR;
            case NOT_FOUND -> ErrorCode.NOT_FOUND;
            case INSUFFICIENT_ROLE -> ErrorCode.FORBIDDEN;
            case TAKEN, LAST_ADMINISTRATOR, LAST_OWNER, UNACCEPTABLE, IN_USE -> ErrorCode.CONFLICT;
        };
        return of(code, String.valueOf(refusal.getMessage()));
    }

    private static String text(Problem problem) {
        Problem.Detail detail = problem.details().getFirst();
        return detail.field() == null ? detail.reason() : detail.field() + ": " + detail.reason();
    }

    private static Kind kind(ErrorCode code) {
        return switch (code) {
            case VALIDATION_ERROR -> Kind.VALIDATION;
            case UNAUTHORIZED -> Kind.NO_CREDENTIAL;
            case FORBIDDEN -> Kind.FORBIDDEN;
            case NOT_FOUND -> Kind.NOT_FOUND;
            case TIMEOUT -> Kind.TOO_SLOW;
            case CONFLICT -> Kind.CONFLICT;
            case NIX_EVAL_ERROR, BUILD_ERROR -> Kind.UNPROCESSABLE;
            case CONFIG_ERROR, INTERNAL_ERROR -> Kind.INTERNAL;
            case DATABASE_UNAVAILABLE -> Kind.UNAVAILABLE;
            case DISK_FULL -> Kind.NO_ROOM;
        };
    }

    private static ErrorCode code(Kind kind) {
        return switch (kind) {
            case NO_CREDENTIAL, MALFORMED_CREDENTIAL, UNKNOWN_TOKEN, EXPIRED_TOKEN, REVOKED_TOKEN ->
                ErrorCode.UNAUTHORIZED;
            case SUSPENDED_USER, MISSING_GRANT, NOT_ADMINISTRATOR, FORGED, FORBIDDEN -> ErrorCode.FORBIDDEN;
            case NOT_FOUND -> ErrorCode.NOT_FOUND;
            case CONFLICT -> ErrorCode.CONFLICT;
            case TOO_SLOW -> ErrorCode.TIMEOUT;
            case NO_ROOM -> ErrorCode.DISK_FULL;
            case TOO_MANY, UNAVAILABLE -> ErrorCode.DATABASE_UNAVAILABLE;
            case INTERNAL, OTHER -> ErrorCode.INTERNAL_ERROR;
            case BAD_REQUEST, VALIDATION, WRONG_METHOD, BODY_TOO_LARGE, WRONG_TYPE, RANGE, UNPROCESSABLE ->
                ErrorCode.VALIDATION_ERROR;
        };
    }
}
