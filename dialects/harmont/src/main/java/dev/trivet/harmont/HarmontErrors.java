package dev.trivet.harmont;

import dev.trivet.http.ErrorShape;
import dev.trivet.http.HttpException;
import dev.trivet.http.Problem;
import dev.trivet.http.Problem.Kind;
import dev.trivet.http.Response;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The shapes in which this dialect tells errors (spec sections 2.1 and 2.9). */
final class HarmontErrors {
    private static final String UNAUTHORIZED_STREAM = "log_stream_unauthorized";

    private final String origin;

    HarmontErrors(String origin) {
        this.origin = Objects.requireNonNull(origin, "origin is null");
    }

    /** An error with one of the codes; 404, 401 and so on come with the code. */
    static HttpException of(ErrorCode code, String message) {
        return new HttpException(
                Problem.of(kind(code), message).withStatus(code.status()).withCode(code.wireName()));
    }

    private static Kind kind(ErrorCode code) {
        return switch (code.status()) {
            case 401 -> Kind.NO_CREDENTIAL;
            case 403 -> Kind.FORBIDDEN;
            case 404 -> Kind.NOT_FOUND;
            case 409 -> Kind.CONFLICT;
            case 422 -> Kind.UNPROCESSABLE;
            default -> Kind.BAD_REQUEST;
        };
    }

    /** The envelope {@code {"error": {type, code, message, doc_url, request_id}}}. */
    ErrorShape envelope() {
        return (problem, exchange) -> {
            ErrorCode code = code(problem);
            int status = problem.kind() == Kind.SUSPENDED_USER ? 401 : problem.status();
            if (problem.code() == null && problem.kind() == Kind.VALIDATION) {
                status = 400;
            }
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("type", code.type());
            error.put("code", code.wireName());
            error.put("message", problem.reason());
            error.put("doc_url", origin + "/api/errors/" + code.slug());
            error.put("request_id", exchange.requestId());
            return Response.json(status, Map.of("error", error));
        };
    }

    /** The flat object of log streams: {@code {"code", "message"}}. */
    static ErrorShape stream() {
        return (problem, exchange) -> {
            String code = problem.code() != null
                    ? problem.code()
                    : problem.kind().name().toLowerCase(Locale.ROOT);
            Map<String, String> error = new LinkedHashMap<>();
            error.put("code", code);
            error.put("message", problem.reason());
            return Response.json(problem.status(), error);
        };
    }

    static HttpException streamUnauthorized(String message) {
        return new HttpException(Problem.of(Kind.NO_CREDENTIAL, message).withCode(UNAUTHORIZED_STREAM));
    }

    static HttpException streamForbidden(String message) {
        return new HttpException(Problem.of(Kind.FORBIDDEN, message).withCode("log_stream_forbidden"));
    }

    private static ErrorCode code(Problem problem) {
        if (problem.code() != null) {
            return ErrorCode.ofSlug(problem.code()).orElse(ErrorCode.INVALID_REQUEST);
        }
        return switch (problem.kind()) {
            case NO_CREDENTIAL, MALFORMED_CREDENTIAL, UNKNOWN_TOKEN, EXPIRED_TOKEN, REVOKED_TOKEN, SUSPENDED_USER ->
                ErrorCode.UNAUTHORIZED;
            case MISSING_GRANT, NOT_ADMINISTRATOR, FORGED, FORBIDDEN -> ErrorCode.FORBIDDEN;
            case NOT_FOUND -> ErrorCode.NOT_FOUND;
            case WRONG_METHOD -> ErrorCode.METHOD_NOT_ALLOWED;
            case CONFLICT -> ErrorCode.CONFLICT;
            case BODY_TOO_LARGE -> ErrorCode.PAYLOAD_TOO_LARGE;
            case WRONG_TYPE -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
            case UNPROCESSABLE -> ErrorCode.UNPROCESSABLE;
            case NO_ROOM -> ErrorCode.STORAGE_FULL;
            case TOO_MANY, UNAVAILABLE -> ErrorCode.UNAVAILABLE;
            case INTERNAL -> ErrorCode.SERVER_ERROR;
            case BAD_REQUEST, VALIDATION, TOO_SLOW, RANGE, OTHER -> ErrorCode.INVALID_REQUEST;
        };
    }
}
